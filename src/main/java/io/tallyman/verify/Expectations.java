package io.tallyman.verify;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest row says of an object's bytes.
 *
 * @param sizeBytes the exact size, or null where the row does not say
 * @param checksums canonical printed values (see {@link ChecksumAlgorithm}) by algorithm; empty where the row offers none
 */
public record Expectations(@Nullable Long sizeBytes, Map<ChecksumAlgorithm, String> checksums) {
    public static final Expectations NONE = new Expectations(null, Map.of());

    public Expectations {
        checksums = Map.copyOf(checksums);
    }
}
