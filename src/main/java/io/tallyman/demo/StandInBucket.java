package io.tallyman.demo;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A bucket: keys and their versions, newest first. Thread-safe; may be filled while it is read. */
public final class StandInBucket {
    private final String name;
    private final ConcurrentMap<String, List<StoredVersion>> versions = new ConcurrentHashMap<>();
    private volatile boolean publicRead;

    StandInBucket(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Lets anybody read every object without a signature. */
    public StandInBucket publicRead() {
        publicRead = true;
        return this;
    }

    /**
     * Puts a version on top of the key's history; one with the same version id is replaced, in one step for those who
     * read.
     */
    public StandInBucket put(String key, StoredVersion version) {
        versions.merge(
                key,
                List.of(version),
                (history, newest) -> Stream.concat(
                                newest.stream(),
                                history.stream().filter(old -> !old.versionId().equals(version.versionId())))
                        .toList());
        return this;
    }

    /** Puts a Normal object. */
    public StandInBucket put(String key, byte[] bytes) {
        return put(key, StoredObject.of(bytes));
    }

    /** Forgets the key and its whole history. */
    public void remove(String key) {
        versions.remove(key);
    }

    /** All keys that have a history, in no order; a live view. */
    public Set<String> keys() {
        return versions.keySet();
    }

    /** The newest version where {@code versionId} is null; null where there is none. */
    public @Nullable StoredVersion find(String key, @Nullable String versionId) {
        return versions.getOrDefault(key, List.of()).stream()
                .filter(version -> versionId == null || version.versionId().equals(versionId))
                .findFirst()
                .orElse(null);
    }

    boolean isPublicRead() {
        return publicRead;
    }
}
