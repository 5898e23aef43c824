/** Tallyman: manifest in, every byte proven ashore, one line in the ledger for each. */
@NullMarked
package io.tallyman;

import org.jspecify.annotations.NullMarked;
