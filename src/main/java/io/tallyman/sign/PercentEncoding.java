package io.tallyman.sign;

import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding as OSS signs it (RFC 3986 with upper-case hex): bytes of UTF-8 outside {@code A-Za-z0-9-_.~} become
 * {@code %XX}.
 */
final class PercentEncoding {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] UNRESERVED = new boolean[128];

    static {
        for (char c = 0; c < 128; c++) {
            UNRESERVED[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_.~".indexOf(c) >= 0;
        }
    }

    private PercentEncoding() {}

    /** Encoded for a query name or value: a slash too. */
    static String encode(String text) {
        byte[] target = new byte[9 * text.length()];
        return new String(target, 0, encode(text, false, target, 0), StandardCharsets.US_ASCII);
    }

    /**
     * Writes the encoded text into the target, which has room for nine bytes a character.
     *
     * @return the position after the last byte written
     */
    static int encode(String text, boolean keepSlash, byte[] target, int position) {
        int at = position;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128) {
                if (UNRESERVED[c] || (keepSlash && c == '/')) {
                    target[at++] = (byte) c;
                } else {
                    at = escape(c, target, at);
                }
            } else if (c < 0x800) {
                at = escape(0xc0 | (c >> 6), target, at);
                at = escape(0x80 | (c & 0x3f), target, at);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                at = escape(0xf0 | (point >> 18), target, at);
                at = escape(0x80 | ((point >> 12) & 0x3f), target, at);
                at = escape(0x80 | ((point >> 6) & 0x3f), target, at);
                at = escape(0x80 | (point & 0x3f), target, at);
            } else if (Character.isSurrogate(c)) {
                at = escape('?', target, at); // as the JDK encodes an unpaired surrogate
            } else {
                at = escape(0xe0 | (c >> 12), target, at);
                at = escape(0x80 | ((c >> 6) & 0x3f), target, at);
                at = escape(0x80 | (c & 0x3f), target, at);
            }
        }
        return at;
    }

    private static int escape(int octet, byte[] target, int position) {
        target[position] = '%';
        target[position + 1] = HEX[octet >> 4];
        target[position + 2] = HEX[octet & 15];
        return position + 3;
    }
}
