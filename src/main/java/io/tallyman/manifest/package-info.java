/**
 * Lists of objects to bring ashore: their rows, the file formats they come in, and the import that makes a file's rows
 * the manifest's rows, all or none.
 */
@NullMarked
package io.tallyman.manifest;

import org.jspecify.annotations.NullMarked;
