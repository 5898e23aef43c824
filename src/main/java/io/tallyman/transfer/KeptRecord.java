package io.tallyman.transfer;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a part file that was kept. Written only after the bytes it speaks of were forced to disk; torn or altered, it
 * or the bytes do not fit each other, and nothing of either is trusted.
 *
 * @param source a checksum over what the bytes were fetched from
 * @param etag the object's strong entity tag, quotes included
 * @param totalBytes the object's size
 * @param keptBytes how many bytes from the beginning were on disk; less than {@code totalBytes}, so that something is left to ask for
 * @param crc64 their CRC-64
 */
record KeptRecord(String source, String etag, long totalBytes, long keptBytes, long crc64) {
    /** RFC 9110, section 8.8.3; a weak one does not promise equal bytes. */
    private static final Pattern STRONG_ETAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{1,256}\"");

    private static final Pattern TEXT = Pattern.compile("""
            source ([0-9a-f]{64})
            etag (%s)
            total ([0-9]{1,18})
            kept ([0-9]{1,18})
            crc64 ([0-9a-f]{16})
            end
            """.formatted(STRONG_ETAG));

    /** Whether an object with this tag and size can be fetched in parts. */
    static boolean isPossible(@Nullable String etag, long totalBytes) {
        return etag != null && STRONG_ETAG.matcher(etag).matches() && totalBytes > 0;
    }

    KeptRecord with(long newKeptBytes, long newCrc64) {
        return new KeptRecord(source, etag, totalBytes, newKeptBytes, newCrc64);
    }

    /** The record as {@link #text()} wrote it; null where it is anything else. */
    static @Nullable KeptRecord parse(String text) {
        Matcher fields = TEXT.matcher(text);
        if (!fields.matches()) {
            return null;
        }
        KeptRecord read = new KeptRecord(
                fields.group(1),
                fields.group(2),
                Long.parseLong(fields.group(3)),
                Long.parseLong(fields.group(4)),
                Long.parseUnsignedLong(fields.group(5), 16));
        return read.keptBytes > 0 && read.keptBytes < read.totalBytes ? read : null;
    }

    String text() {
        return """
                source %s
                etag %s
                total %d
                kept %d
                crc64 %016x
                end
                """.formatted(source, etag, totalBytes, keptBytes, crc64);
    }

    /** What to ask for: the rest, and only of the same object. */
    Map<String, String> conditions() {
        return Map.of("Range", "bytes=" + keptBytes + "-", "If-Match", etag);
    }

    /** Whether an answer says that it is of the same object. */
    boolean isOf(ObjectClient.Answer answer) {
        return etag.equals(answer.header("ETag"));
    }

    /** Whether a 206 answer carries exactly the rest. */
    boolean isContinuedBy(ObjectClient.Answer answer) {
        long restBytes = totalBytes - keptBytes;
        return ("bytes " + keptBytes + "-" + (totalBytes - 1) + "/" + totalBytes).equals(answer.header("Content-Range"))
                && (answer.contentLength() < 0 || answer.contentLength() == restBytes);
    }
}
