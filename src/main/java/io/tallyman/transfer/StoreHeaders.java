package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.StoreChecksums;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the store's own checksums from an answer's headers; what cannot be read counts as not offered. */
final class StoreHeaders {
    private StoreHeaders() {}

    static StoreChecksums checksums(Function<String, @Nullable String> header) {
        // A link's answer mixes headers of the link and of its target; only Content-MD5 is said to be the target's
        // (GetObject).
        boolean link = "Symlink".equalsIgnoreCase(header.apply("x-oss-object-type"));
        return new StoreChecksums(
                link ? null : crc64(header.apply("x-oss-hash-crc64ecma")), md5(header.apply("Content-MD5")));
    }

    private static @Nullable String crc64(@Nullable String value) {
        if (value == null || !value.matches("[0-9]{1,20}")) {
            return null;
        }
        try {
            return Crc64.print(Long.parseUnsignedLong(value));
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    private static @Nullable String md5(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            byte[] digest = Base64.getDecoder().decode(value);
            return digest.length == ChecksumAlgorithm.MD5.lengthBytes()
                    ? HexFormat.of().formatHex(digest)
                    : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
