/**
 * Who holds which entry, and what became of it: claims, leases and recording. The only SQL on the hot path; never opens a
 * connection to a store.
 */
@NullMarked
package io.tallyman.ledger;

import org.jspecify.annotations.NullMarked;
