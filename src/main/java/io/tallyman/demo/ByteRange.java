package io.tallyman.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of an object to send.
 *
 * @param offset first byte
 * @param length number of bytes
 */
record ByteRange(long offset, long length) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * OSS's own reading of a Range header: out of range means the whole object, unless the client asked for the standard.
     *
     * @param standard true with {@code x-oss-range-behavior: standard}
     * @return null for the whole object (status 200)
     * @throws RequestRefusedException 416 for several ranges, and with {@code standard} for a start past the end
     */
    static @Nullable ByteRange of(@Nullable String header, long sizeBytes, boolean standard) {
        if (header == null) {
            return null;
        }
        if (header.contains(",")) {
            throw invalid(sizeBytes);
        }
        Matcher range = ONE_RANGE.matcher(header);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return null;
        }
        boolean suffix = range.group(1).isEmpty();
        long last = range.group(2).isEmpty() || suffix ? sizeBytes - 1 : Long.parseLong(range.group(2));
        long first = suffix ? sizeBytes - Long.parseLong(range.group(2)) : Long.parseLong(range.group(1));
        if (!suffix && !range.group(2).isEmpty() && last < first) {
            return null;
        }
        boolean startsInside = first < sizeBytes;
        if (startsInside && first >= 0 && last < sizeBytes) {
            return new ByteRange(first, last - first + 1);
        }
        if (!standard) {
            return null;
        }
        if (!startsInside) {
            throw invalid(sizeBytes);
        }
        long clippedFirst = Math.max(0, first);
        return new ByteRange(clippedFirst, Math.min(last, sizeBytes - 1) - clippedFirst + 1);
    }

    private static RequestRefusedException invalid(long sizeBytes) {
        return Refusal.of(416, "InvalidRange", "The requested range cannot be satisfied.", "0017-00000505")
                .withHeader("Content-Range", "bytes */" + sizeBytes)
                .asException();
    }
}
