package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes that knows how OSS encodes text. Reused from URL to URL; for one thread at a time. */
final class Ink {
    private static final byte[] HEX_UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX_LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] UNRESERVED = new boolean[128];

    static {
        for (char c = 0; c < 128; c++) {
            UNRESERVED[c] = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == '~';
        }
    }

    private byte[] bytes = new byte[1024];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    Ink clear() {
        length = 0;
        return this;
    }

    Ink put(byte[] more) {
        return put(more, 0, more.length);
    }

    Ink put(byte[] more, int offset, int count) {
        ensure(count);
        System.arraycopy(more, offset, bytes, length, count);
        length += count;
        return this;
    }

    Ink put(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Exactly two decimal digits. */
    Ink putTwoDigits(int number) {
        ensure(2);
        bytes[length++] = (byte) ('0' + number / 10);
        bytes[length++] = (byte) ('0' + number % 10);
        return this;
    }

    Ink putDecimal(long number) {
        long power = 1;
        while (number / power >= 10) {
            power *= 10;
        }
        for (; power > 0; power /= 10) {
            put((char) ('0' + number / power % 10));
        }
        return this;
    }

    Ink putLowerHex(byte[] more, int count) {
        ensure(2 * count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = HEX_LOWER[(more[i] >> 4) & 15];
            bytes[length++] = HEX_LOWER[more[i] & 15];
        }
        return this;
    }

    /** Text as it is, in UTF-8. */
    Ink putUtf8(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An object's key as it stands in a path: encoded, slashes kept, nothing collapsed. */
    Ink putPath(String text) {
        return putEncoded(text, true);
    }

    /** A name or value as it stands in a query: encoded, slashes too. */
    Ink putQuery(String text) {
        return putEncoded(text, false);
    }

    /** UTF-8; {@code A-Z a-z 0-9 - . _ ~} stay, everything else becomes {@code %XX} with upper-case digits. */
    private Ink putEncoded(String text, boolean keepSlash) {
        int count = text.length();
        // No UTF-16 unit becomes more than three bytes of UTF-8, and no byte more than three characters.
        ensure(9 * count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (UNRESERVED[c] || (keepSlash && c == '/')) {
                    bytes[length++] = (byte) c;
                } else {
                    putPercent(c);
                }
            } else if (c < 0x800) {
                putPercent(0xC0 | (c >> 6));
                putContinuation(c);
            } else if (!Character.isSurrogate(c)) {
                putPercent(0xE0 | (c >> 12));
                putContinuation(c >> 6);
                putContinuation(c);
            } else {
                // Rules has made sure that the other half follows.
                int point = Character.toCodePoint(c, text.charAt(++i));
                putPercent(0xF0 | (point >> 18));
                putContinuation(point >> 12);
                putContinuation(point >> 6);
                putContinuation(point);
            }
        }
        return this;
    }

    /** The UTF-8 continuation byte of the lowest six bits. */
    private void putContinuation(int bits) {
        putPercent(0x80 | (bits & 0x3F));
    }

    private void putPercent(int octet) {
        bytes[length++] = '%';
        bytes[length++] = HEX_UPPER[(octet >> 4) & 15];
        bytes[length++] = HEX_UPPER[octet & 15];
    }

    /** What stands here, as text; everything put here is ASCII. */
    String text() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
