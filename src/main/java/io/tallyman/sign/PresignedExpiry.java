package io.tallyman.sign;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a URL that somebody else signed stops opening its object, as its own parameters say. A URL may die earlier, with the
 * token it was signed with, never later. Computes only; safe for any thread.
 */
public final class PresignedExpiry {
    private static final DateTimeFormatter ISO_BASIC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final Pattern LIFETIME = Pattern.compile("[0-9]{1,9}");
    /** As many digits as an Instant can hold; OSS sets V1 no limit. */
    private static final Pattern EPOCH_SECOND = Pattern.compile("[0-9]{1,16}");

    private static final Set<String> READ = Set.of(
            "x-oss-signature",
            "x-oss-date",
            "x-oss-expires",
            "X-Amz-Signature",
            "X-Amz-Date",
            "X-Amz-Expires",
            "OSSAccessKeyId",
            "AWSAccessKeyId",
            "Signature",
            "Expires");

    private PresignedExpiry() {}

    /**
     * The last instant at which the URL opens its object. Understood are OSS V4 ({@code x-oss-date} and {@code x-oss-expires}, OSS
     * help page 0002-00000236), S3 V4 ({@code X-Amz-Date} and {@code X-Amz-Expires}), OSS V1 and S3 V2 ({@code Expires} in
     * seconds since 1970), each only together with its signature.
     *
     * @param url any text; it is never quoted
     * @return null where the URL does not say, contradicts itself (a parameter twice, two signatures) or cannot be read: whether it
     *     has expired is then for the store to tell
     */
    public static @Nullable Instant of(String url) {
        Map<String, String> read = parameters(url);
        if (read == null) {
            return null;
        }
        boolean oss4 = read.containsKey("x-oss-signature");
        boolean s3 = read.containsKey("X-Amz-Signature");
        boolean older = read.containsKey("Signature")
                && (read.containsKey("OSSAccessKeyId") || read.containsKey("AWSAccessKeyId"));
        if ((oss4 ? 1 : 0) + (s3 ? 1 : 0) + (older ? 1 : 0) != 1) {
            return null;
        }
        if (older) {
            String end = read.getOrDefault("Expires", "");
            return EPOCH_SECOND.matcher(end).matches() ? Instant.ofEpochSecond(Long.parseLong(end)) : null;
        }
        return oss4
                ? end(read.get("x-oss-date"), read.get("x-oss-expires"))
                : end(read.get("X-Amz-Date"), read.get("X-Amz-Expires"));
    }

    private static @Nullable Instant end(@Nullable String signedAt, @Nullable String lifetime) {
        if (signedAt == null || lifetime == null || !LIFETIME.matcher(lifetime).matches()) {
            return null;
        }
        long seconds = Long.parseLong(lifetime);
        // Both services refuse such a URL as malformed, which is another thing than expired.
        if (seconds < 1 || seconds > SignRequest.LONGEST.toSeconds()) {
            return null;
        }
        try {
            return LocalDateTime.parse(signedAt, ISO_BASIC)
                    .toInstant(ZoneOffset.UTC)
                    .plusSeconds(seconds);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The parameters an expiry is read from; null where one of them is there twice. */
    private static @Nullable Map<String, String> parameters(String url) {
        int fragment = url.indexOf('#');
        int question = url.indexOf('?');
        int end = fragment < 0 ? url.length() : fragment;
        if (question < 0 || question >= end) {
            return Map.of();
        }
        Map<String, String> read = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (String parameter : url.substring(question + 1, end).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
            if (name == null || !READ.contains(name)) {
                continue;
            }
            if (!seen.add(name)) {
                return null;
            }
            String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
            read.put(name, value == null ? "" : value);
        }
        return read;
    }

    /** Percent-decoded UTF-8; null where it is none. A plus stays one: none of the values holds a blank. */
    private static @Nullable String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.put(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
