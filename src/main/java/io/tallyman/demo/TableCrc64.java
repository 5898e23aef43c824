package io.tallyman.demo;

/**
 * CRC-64/XZ (ECMA-182, reflected, all ones in and out), one table, one byte at a time: slow, plain, and independent of
 * {@code io.tallyman.verify}, whose oracle it is.
 */
final class TableCrc64 {
    private static final long[] TABLE = new long[256];

    static {
        for (int n = 0; n < 256; n++) {
            long crc = n;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0xC96C5795D7870F42L;
            }
            TABLE[n] = crc;
        }
    }

    private long state = -1L;

    void update(byte[] bytes, int offset, int length) {
        long crc = state;
        for (int i = offset; i < offset + length; i++) {
            crc = TABLE[(int) (crc ^ bytes[i]) & 0xff] ^ crc >>> 8;
        }
        state = crc;
    }

    /** The checksum of all bytes so far; print it unsigned. */
    long value() {
        return ~state;
    }
}
