package io.tallyman.transfer;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a part file that was kept. A piece is written down only after its bytes were written; whatever the death of
 * a machine left torn, lost or altered of either, they do not fit each other then, and that piece is not trusted.
 *
 * @param source a checksum over what the bytes were fetched from
 * @param etag the object's strong entity tag, quotes included
 * @param totalBytes the object's size
 * @param pieces what is on disk, in order, none overlapping another
 */
record KeptRecord(String source, String etag, long totalBytes, List<KeptPiece> pieces) {
    /** RFC 9110, section 8.8.3; a weak one does not promise equal bytes. */
    private static final Pattern STRONG_ETAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{1,256}\"");

    private static final Pattern HEAD = Pattern.compile("""
            source ([0-9a-f]{64})
            etag (%s)
            total ([0-9]{1,18})
            """.formatted(STRONG_ETAG));
    private static final Pattern PIECE = Pattern.compile("piece ([0-9]{1,18}) ([0-9]{1,18}) ([0-9a-f]{16})\n");

    KeptRecord {
        pieces = List.copyOf(pieces);
    }

    /** Whether an object with this tag and size can be fetched in parts. */
    static boolean isPossible(@Nullable String etag, long totalBytes) {
        return etag != null && STRONG_ETAG.matcher(etag).matches() && totalBytes > 0;
    }

    KeptRecord with(List<KeptPiece> others) {
        return new KeptRecord(source, etag, totalBytes, others);
    }

    /**
     * The record as {@link #head()} and then {@link #line} wrote it, a later line in place of an earlier one for the same offset;
     * what comes after a torn line is passed over, and a piece that cannot be beside the others. Null where it is anything else, or
     * where nothing is left of it.
     */
    static @Nullable KeptRecord parse(String text) {
        Matcher head = HEAD.matcher(text);
        if (!head.lookingAt()) {
            return null;
        }
        long total = Long.parseLong(head.group(3));
        TreeMap<Long, KeptPiece> read = new TreeMap<>();
        Matcher line = PIECE.matcher(text);
        for (int at = head.end(); line.find(at) && line.start() == at; at = line.end()) {
            KeptPiece piece = new KeptPiece(
                    Long.parseLong(line.group(1)),
                    Long.parseLong(line.group(2)),
                    Long.parseUnsignedLong(line.group(3), 16));
            read.put(piece.offset(), piece);
        }
        List<KeptPiece> pieces = new ArrayList<>();
        long end = 0;
        for (KeptPiece piece : read.values()) {
            if (piece.lengthBytes() > 0 && piece.offset() >= end && piece.end() <= total) {
                pieces.add(piece);
                end = piece.end();
            }
        }
        if (pieces.stream().mapToLong(KeptPiece::lengthBytes).sum() == total) {
            // With the bytes come the store's checksums.
            pieces.removeLast();
        }
        return pieces.isEmpty() ? null : new KeptRecord(head.group(1), head.group(2), total, pieces);
    }

    String head() {
        return "source " + source + "\netag " + etag + "\ntotal " + totalBytes + '\n';
    }

    static String line(KeptPiece piece) {
        return "piece " + piece.offset() + ' ' + piece.lengthBytes() + ' '
                + HexFormat.of().toHexDigits(piece.crc64()) + '\n';
    }

    /**
     * What to ask for: these bytes, and only of the same object.
     *
     * @param end behind the last byte
     */
    Map<String, String> conditions(long offset, long end) {
        return Map.of(
                "Range", "bytes=" + offset + "-" + (end == totalBytes ? "" : Long.toString(end - 1)), "If-Match", etag);
    }

    /** Whether an answer says that it is of the same object. */
    boolean isOf(ObjectClient.Answer answer) {
        return etag.equals(answer.header("ETag"));
    }

    /** Whether a 206 answer carries exactly these bytes. */
    boolean isAnsweredBy(ObjectClient.Answer answer, long offset, long end) {
        return ("bytes " + offset + "-" + (end - 1) + "/" + totalBytes).equals(answer.header("Content-Range"))
                && (answer.contentLength() < 0 || answer.contentLength() == end - offset);
    }
}
