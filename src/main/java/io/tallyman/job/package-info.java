/**
 * Ties claim, sign, transfer, verify and record together for one run. Owns no SQL and no HTTP.
 */
@NullMarked
package io.tallyman.job;

import org.jspecify.annotations.NullMarked;
