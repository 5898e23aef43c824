package io.tallyman.transfer;

import io.tallyman.verify.Crc64;

/**
 * Some bytes of an object that are on disk.
 *
 * @param offset of the first
 * @param lengthBytes at least one
 * @param crc64 as {@link Crc64#value()} computes it over them
 */
public record KeptPiece(long offset, long lengthBytes, long crc64) {
    /** Behind the last. */
    long end() {
        return offset + lengthBytes;
    }
}
