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
        byte[] out = bytes;
        int end = length;
        for (int i = 0; i < count; i++) {
            out[end++] = HEX_LOWER[(more[i] >> 4) & 15];
            out[end++] = HEX_LOWER[more[i] & 15];
        }
        length = end;
        return this;
    }

    /** Text as it is, in UTF-8. */
    Ink putUtf8(String text) {
        int count = text.length();
        ensure(count);
        byte[] out = bytes;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += i;
                return put(text.substring(i).getBytes(StandardCharsets.UTF_8));
            }
            out[length + i] = (byte) c;
        }
        length += count;
        return this;
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
        // Locals, because the compiler must otherwise take each byte written for a change of the fields.
        byte[] out = bytes;
        int end = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (UNRESERVED[c] || (keepSlash && c == '/')) {
                    out[end++] = (byte) c;
                } else {
                    end = percent(out, end, c);
                }
            } else if (c < 0x800) {
                end = percent(out, end, 0xC0 | (c >> 6));
                end = continuation(out, end, c);
            } else if (!Character.isSurrogate(c)) {
                end = percent(out, end, 0xE0 | (c >> 12));
                end = continuation(out, end, c >> 6);
                end = continuation(out, end, c);
            } else {
                // Rules has made sure that the other half follows.
                int point = Character.toCodePoint(c, text.charAt(++i));
                end = percent(out, end, 0xF0 | (point >> 18));
                end = continuation(out, end, point >> 12);
                end = continuation(out, end, point >> 6);
                end = continuation(out, end, point);
            }
        }
        length = end;
        return this;
    }

    /** The UTF-8 continuation byte of the lowest six bits. */
    private static int continuation(byte[] out, int end, int bits) {
        return percent(out, end, 0x80 | (bits & 0x3F));
    }

    private static int percent(byte[] out, int end, int octet) {
        out[end] = '%';
        out[end + 1] = HEX_UPPER[(octet >> 4) & 15];
        out[end + 2] = HEX_UPPER[octet & 15];
        return end + 3;
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
