/**
 * What can go wrong, by name, and what follows from it. Knows no framework; never sleeps, never retries by itself.
 */
@NullMarked
package io.tallyman.retry;

import org.jspecify.annotations.NullMarked;
