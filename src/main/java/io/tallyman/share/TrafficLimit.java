package io.tallyman.share;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most that one connection may download in a second, as OSS takes it in {@code x-oss-traffic-limit} (OSS user guide,
 * "Single-connection bandwidth throttling": 819,200 to 838,860,800 bit/s, which it calls 100 KB/s to 100 MB/s).
 *
 * @param bitsPerSecond within what OSS takes
 */
public record TrafficLimit(long bitsPerSecond) {
    /** The parameter of the URL. */
    public static final String PARAM = "x-oss-traffic-limit";

    private static final long LOWEST = 819_200;
    private static final long HIGHEST = 838_860_800;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) *([A-Za-z]+)/s");
    /** In bits. A KB is 1,024 bytes, as on the page of OSS: by thousands its own lowest limit would be refused. */
    private static final Map<String, Long> UNITS = Map.of(
            "bit",
            1L,
            "kbit",
            1000L,
            "mbit",
            1_000_000L,
            "b",
            8L,
            "kb",
            8L << 10,
            "kib",
            8L << 10,
            "mb",
            8L << 20,
            "mib",
            8L << 20);

    public TrafficLimit {
        if (bitsPerSecond < LOWEST || bitsPerSecond > HIGHEST) {
            throw new IllegalArgumentException(bitsPerSecond + " bit/s is out of what OSS takes: 100KB/s to 100MB/s ("
                    + LOWEST + " to " + HIGHEST + " bit/s)");
        }
    }

    /**
     * Reads {@code 100KB/s}, {@code 1.5MB/s}, {@code 819200bit/s}; units in either case.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static TrafficLimit parse(String text) {
        Matcher matcher = FORM.matcher(text);
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("is not a rate such as 100KB/s, 1.5MB/s or 819200bit/s");
        }
        BigDecimal bits = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return new TrafficLimit(bits.longValue());
    }

    /** The parameter's value. */
    @Override
    public String toString() {
        return Long.toString(bitsPerSecond);
    }
}
