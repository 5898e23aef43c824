/**
 * A stand-in OSS on loopback that checks signatures like the real one, and the demonstration built on it. Never used
 * for a real store.
 */
@NullMarked
package io.tallyman.demo;

import org.jspecify.annotations.NullMarked;
