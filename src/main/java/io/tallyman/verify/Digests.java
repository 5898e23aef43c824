package io.tallyman.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Several checksums computed in one pass over the same bytes; CRC-64 is always among them. Not thread-safe. */
public final class Digests {
    private final Crc64 crc64 = new Crc64();
    private final Map<ChecksumAlgorithm, MessageDigest> others = new EnumMap<>(ChecksumAlgorithm.class);
    private long sizeBytes;

    public Digests(Set<ChecksumAlgorithm> algorithms) {
        for (ChecksumAlgorithm algorithm : algorithms) {
            if (algorithm != ChecksumAlgorithm.CRC64) {
                others.put(algorithm, messageDigest(algorithm));
            }
        }
    }

    /** Adds bytes to every checksum and to the size. */
    public void update(byte[] bytes, int offset, int length) {
        crc64.update(bytes, offset, length);
        for (MessageDigest other : others.values()) {
            other.update(bytes, offset, length);
        }
        sizeBytes += length;
    }

    /** The number of bytes added so far. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The CRC-64 of everything added so far, as {@link Crc64#print} takes it. */
    public long crc64SoFar() {
        return crc64.value();
    }

    /** Size and checksums of everything added; call once, at the end. */
    public Measurement finish() {
        Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
        checksums.put(ChecksumAlgorithm.CRC64, crc64.toString());
        others.forEach(
                (algorithm, digest) -> checksums.put(algorithm, HexFormat.of().formatHex(digest.digest())));
        return new Measurement(sizeBytes, checksums);
    }

    private static MessageDigest messageDigest(ChecksumAlgorithm algorithm) {
        String name = switch (algorithm) {
            case MD5 -> "MD5";
            case SHA1 -> "SHA-1";
            case SHA256 -> "SHA-256";
            case SHA512 -> "SHA-512";
            case CRC64 -> throw new IllegalArgumentException("CRC-64 is not a message digest");
        };
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime offers no " + name, e);
        }
    }
}
