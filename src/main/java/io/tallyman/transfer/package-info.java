/**
 * One object, from request to durable file: the HTTP exchange, the part file, the commit. Never decides whether to try again
 * and never touches the database.
 */
@NullMarked
package io.tallyman.transfer;

import org.jspecify.annotations.NullMarked;
