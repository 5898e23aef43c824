package io.tallyman.verify;

import java.util.Map;

/**
 * What was found out about the bytes that came.
 *
 * @param checksums canonical printed values (see {@link ChecksumAlgorithm}); CRC-64 is always among them
 */
public record Measurement(long sizeBytes, Map<ChecksumAlgorithm, String> checksums) {
    public Measurement {
        checksums = Map.copyOf(checksums);
    }

    /** The checksum; refused where it was not computed, because "not computed" must never pass for "holds". */
    public String checksum(ChecksumAlgorithm algorithm) {
        String value = checksums.get(algorithm);
        if (value == null) {
            throw new IllegalArgumentException(algorithm.label() + " was not computed over these bytes");
        }
        return value;
    }
}
