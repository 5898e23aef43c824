package io.tallyman.manifest;

import org.jspecify.annotations.Nullable;

/**
 * The manifest an import fills; it is made where there is none of that name.
 *
 * @param store null to leave the manifest's store as it is, which is the default store for a new one
 * @param destination null to leave the manifest's destination as it is
 */
public record ImportTarget(
        String name, @Nullable String store, @Nullable String destination) {

    /** Throws IllegalArgumentException where the name is none a manifest may have. */
    public ImportTarget {
        Manifest.checkName(name);
    }
}
