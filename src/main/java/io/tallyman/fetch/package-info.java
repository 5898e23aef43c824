/**
 * Downloads what others signed: URLs in, verified files out, with neither keys nor a database. Keeps nothing between two commands but
 * the part files beside the final ones.
 */
@NullMarked
package io.tallyman.fetch;

import org.jspecify.annotations.NullMarked;
