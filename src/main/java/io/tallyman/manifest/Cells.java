package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import io.tallyman.verify.ChecksumAlgorithm;
import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the text of one cell means. Every method throws IllegalArgumentException with the reason where it means nothing. */
final class Cells {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,10}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd]?)");
    private static final BigInteger LARGEST_CRC64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    /** The longest life OSS allows a presigned URL. */
    private static final Duration LONGEST_EXPIRES = Duration.ofDays(7);
    /** A header's name, RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final int LONGEST_BASE64_MD5 = 24;

    private Cells() {}

    static long size(String text) {
        if (!DIGITS.matcher(text).matches()) {
            throw new IllegalArgumentException(quoted(text) + " is not a whole number of bytes");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            throw new IllegalArgumentException(quoted(text) + " is more bytes than can be");
        }
    }

    static int priority(String text) {
        if (INTEGER.matcher(text).matches()) {
            long priority = Long.parseLong(text);
            if (Math.abs(priority) <= Integer.MAX_VALUE) {
                return (int) priority;
            }
        }
        throw new IllegalArgumentException(quoted(text) + " is not a whole number of at most 31 bits");
    }

    /** Seconds, a number with s, m, h or d, or ISO 8601. */
    static Duration expires(String text) {
        Duration expires = duration(text);
        if (expires.compareTo(Duration.ofSeconds(1)) < 0
                || expires.compareTo(LONGEST_EXPIRES) > 0
                || !expires.equals(expires.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException(quoted(text) + " is not between 1 second and 7 days in whole seconds");
        }
        return expires;
    }

    private static Duration duration(String text) {
        Matcher simple = DURATION.matcher(text);
        if (simple.matches()) {
            long number = Long.parseLong(simple.group(1));
            return switch (simple.group(2)) {
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofSeconds(number);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException none) {
            throw new IllegalArgumentException(quoted(text) + " is no duration such as 900, 15m or PT15M");
        }
    }

    /** Its canonical printed form. Hex in either case; of MD5 also base64, as Content-MD5 has it. */
    static String checksum(ChecksumAlgorithm algorithm, String text) {
        if (algorithm == ChecksumAlgorithm.CRC64) {
            if (!DIGITS.matcher(text).matches() || new BigInteger(text).compareTo(LARGEST_CRC64) > 0) {
                throw new IllegalArgumentException(quoted(text) + " is not an unsigned decimal number of 64 bits");
            }
            return new BigInteger(text).toString();
        }
        String hex = text.toLowerCase(Locale.ROOT);
        if (hex.length() == 2 * algorithm.lengthBytes() && hex.chars().allMatch(HexFormat::isHexDigit)) {
            return hex;
        }
        if (algorithm == ChecksumAlgorithm.MD5 && text.length() == LONGEST_BASE64_MD5) {
            try {
                byte[] digest = Base64.getDecoder().decode(text);
                if (digest.length == algorithm.lengthBytes()) {
                    return HexFormat.of().formatHex(digest);
                }
            } catch (IllegalArgumentException notBase64) {
                // Falls through to the refusal below, which names what would have been right.
            }
        }
        throw new IllegalArgumentException(quoted(text)
                + " is not %d hex digits%s"
                        .formatted(
                                2 * algorithm.lengthBytes(), algorithm == ChecksumAlgorithm.MD5 ? " or base64" : ""));
    }

    static Map<String, String> headers(String text) {
        Map<String, String> headers = JsonText.toMap(text);
        checkNames(List.copyOf(headers.keySet()));
        headers.forEach((name, value) -> {
            checkText(value);
            if (value.chars().anyMatch(each -> (each < ' ' && each != '\t') || each == 0x7f)) {
                throw new IllegalArgumentException("the value of " + quoted(name) + " holds a control character");
            }
        });
        return headers;
    }

    static List<String> headerNames(String text) {
        List<String> names = JsonText.toList(text);
        checkNames(names);
        return names;
    }

    static Map<String, String> params(String text) {
        Map<String, String> params = JsonText.toMap(text);
        params.forEach((name, value) -> {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("names an empty parameter");
            }
            checkText(name);
            checkText(value);
        });
        return params;
    }

    private static void checkNames(List<String> names) {
        TreeSet<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException(quoted(name) + " is no header name");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException("names " + quoted(name) + " twice");
            }
        }
    }

    /** JSON inside a cell may write what the cell itself does not hold. */
    private static void checkText(String text) {
        if (StorableText.isNotStorable(text)) {
            throw new IllegalArgumentException("holds a NUL character or half a surrogate pair");
        }
    }
}
