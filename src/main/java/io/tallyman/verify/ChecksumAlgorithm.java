package io.tallyman.verify;

import java.util.Locale;

/** A checksum a manifest or a store may offer. The printed form is unsigned decimal for CRC-64, lower-case hex for the others. */
public enum ChecksumAlgorithm {
    /** CRC-64/XZ (ECMA-182), as in {@code x-oss-hash-crc64ecma}. */
    CRC64(8),
    MD5(16),
    SHA1(20),
    SHA256(32),
    SHA512(64);

    private final int lengthBytes;

    ChecksumAlgorithm(int lengthBytes) {
        this.lengthBytes = lengthBytes;
    }

    /** The length of the digest itself, in bytes. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** The name used in manifests, tables and messages: {@code crc64}, {@code md5} ... */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
