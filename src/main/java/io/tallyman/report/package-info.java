/**
 * What people look at: progress, summaries, explanations. Reads the ledger's views and changes nothing.
 */
@NullMarked
package io.tallyman.report;

import org.jspecify.annotations.NullMarked;
