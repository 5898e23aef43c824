package io.tallyman.verify;

import org.jspecify.annotations.Nullable;

/**
 * What the store itself says of an object, in canonical printed form (see {@link ChecksumAlgorithm}).
 *
 * @param crc64 from {@code x-oss-hash-crc64ecma}; always of the whole object, also on a ranged answer
 * @param md5 from {@code Content-MD5}, decoded to hex
 */
public record StoreChecksums(
        @Nullable String crc64, @Nullable String md5) {
    public static final StoreChecksums NONE = new StoreChecksums(null, null);
}
