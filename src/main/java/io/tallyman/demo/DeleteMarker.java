package io.tallyman.demo;

/** The key was deleted here; older versions stay readable by their ids. */
public record DeleteMarker(String versionId) implements StoredVersion {}
