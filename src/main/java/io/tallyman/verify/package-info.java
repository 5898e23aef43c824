/**
 * Checksums computed while bytes pass, what was expected of them, and the verdict. Knows no framework and no I/O.
 */
@NullMarked
package io.tallyman.verify;

import org.jspecify.annotations.NullMarked;
