/**
 * URLs for others to use: bulk signing, and the formats that other tools read. Sends no request and opens no connection; what
 * it writes opens objects to whoever reads it.
 */
@NullMarked
package io.tallyman.share;

import org.jspecify.annotations.NullMarked;
