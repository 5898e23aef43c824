package io.tallyman.demo;

/** One entry in a key's history: an object, or the marker of its deletion. */
public sealed interface StoredVersion permits StoredObject, DeleteMarker {

    /** OSS's version id; {@code "null"} where the bucket keeps no versions. */
    String versionId();
}
