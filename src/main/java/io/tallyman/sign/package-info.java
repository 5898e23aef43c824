/**
 * Presigned URLs: one class per signature scheme. Computes only; never connects, never logs, knows no framework.
 */
@NullMarked
package io.tallyman.sign;

import org.jspecify.annotations.NullMarked;
