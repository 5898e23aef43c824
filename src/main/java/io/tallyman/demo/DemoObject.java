package io.tallyman.demo;

/**
 * One object of the demonstration.
 *
 * @param path where it goes below the destination; the key itself, but for keys that cannot be a path
 */
record DemoObject(String key, String path, Content content, Checksums checksums) {}
