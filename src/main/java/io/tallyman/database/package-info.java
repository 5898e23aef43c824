/**
 * The embedded PostgreSQL that serves where no datasource is configured: unpacked, started and stopped. Never touched
 * when one is configured; holds no SQL of the program.
 */
@NullMarked
package io.tallyman.database;

import org.jspecify.annotations.NullMarked;
