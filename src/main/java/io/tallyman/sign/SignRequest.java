package io.tallyman.sign;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One object to sign a GET for; checked when made, names of headers in lower case and sorted.
 *
 * @param key raw, never percent-encoded; 1 to 1023 bytes of UTF-8, not starting with a slash or backslash
 * @param versionId null for the current version
 * @param expires whole seconds, 1 s to 7 days
 * @param headers that the client will send; values are trimmed, as HTTP does
 * @param additionalHeaders names among {@code headers} to sign too, where they would not be signed by themselves
 * @param params query parameters of the URL, for example {@code x-oss-traffic-limit}; an empty value makes a bare name
 */
public record SignRequest(
        String key,
        @Nullable String versionId,
        Duration expires,
        Map<String, String> headers,
        Set<String> additionalHeaders,
        Map<String, String> params) {
    private static final int MAX_KEY_BYTES = 1023;
    private static final Duration MAX_EXPIRES = Duration.ofDays(7);

    public SignRequest {
        checkKey(key);
        if (expires.compareTo(Duration.ofSeconds(1)) < 0
                || expires.compareTo(MAX_EXPIRES) > 0
                || !expires.equals(Duration.ofSeconds(expires.toSeconds()))) {
            throw new SigningRefusedException(
                    "the expiry " + expires + " is out of range; OSS takes 1 second to 7 days, in whole seconds");
        }
        headers = headers.isEmpty() ? Map.of() : checkedHeaders(headers);
        additionalHeaders =
                additionalHeaders.isEmpty() ? Set.of() : checkedAdditionalHeaders(additionalHeaders, headers);
        params = params.isEmpty() ? Map.of() : checkedParams(params);
    }

    /** A plain GET of the current version. */
    public static SignRequest of(String key, Duration expires) {
        return new SignRequest(key, null, expires, Map.of(), Set.of(), Map.of());
    }

    private static void checkKey(String key) {
        if (key.isEmpty()) {
            throw new SigningRefusedException("a key is empty; an object's key has 1 to 1023 bytes");
        }
        char first = key.charAt(0);
        if (first == '/' || first == '\\') {
            throw new SigningRefusedException("the key '" + shortened(key) + "' starts with '" + first
                    + "'; keys are taken raw, without a leading slash");
        }
        int bytes = 0;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == key.length()
                        || !Character.isLowSurrogate(key.charAt(i + 1))) {
                    throw new SigningRefusedException(
                            "the key '" + shortened(key) + "' is not valid Unicode (an unpaired surrogate)");
                }
                i++;
                bytes += 4;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        if (bytes > MAX_KEY_BYTES) {
            throw new SigningRefusedException(
                    "the key '" + shortened(key) + "' has " + bytes + " bytes; OSS takes up to " + MAX_KEY_BYTES);
        }
    }

    private static Map<String, String> checkedHeaders(Map<String, String> headers) {
        TreeMap<String, String> checked = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!isToken(lower)) {
                throw new SigningRefusedException("'" + shortened(name) + "' is no header name");
            }
            if (lower.equals("versionid") || lower.equals("version-id")) {
                throw new SigningRefusedException(
                        "the version is no header and would be ignored; give it as --version-id or in the column version_id");
            }
            if (lower.equals("host") || lower.equals("range") || lower.equals("accept-encoding")) {
                throw new SigningRefusedException("the header " + lower + " cannot be signed here; the client sets it");
            }
            String trimmed = value.strip();
            if (trimmed.isEmpty() || !trimmed.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\t')) {
                throw new SigningRefusedException(
                        "the value of the header " + lower + " is empty or not plain text on one line");
            }
            if (checked.put(lower, trimmed) != null) {
                throw new SigningRefusedException("the header " + lower + " is given twice");
            }
        });
        return java.util.Collections.unmodifiableMap(checked);
    }

    private static Set<String> checkedAdditionalHeaders(Set<String> names, Map<String, String> headers) {
        TreeSet<String> checked = new TreeSet<>();
        for (String name : names) {
            String lower = name.strip().toLowerCase(Locale.ROOT);
            if (lower.isEmpty()) {
                throw new SigningRefusedException("an additional header has no name");
            }
            if (!headers.containsKey(lower)) {
                throw new SigningRefusedException("the additional header " + shortened(lower)
                        + " is not among the headers; give it with its value too");
            }
            checked.add(lower);
        }
        return java.util.Collections.unmodifiableSet(checked);
    }

    private static Map<String, String> checkedParams(Map<String, String> params) {
        params.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean ours = lower.startsWith("x-oss-signature")
                    || Set.of(
                                    "x-oss-date",
                                    "x-oss-expires",
                                    "x-oss-credential",
                                    "x-oss-security-token",
                                    "x-oss-additional-headers",
                                    "ossaccesskeyid",
                                    "expires",
                                    "signature",
                                    "security-token")
                            .contains(lower);
            if (name.isEmpty() || ours) {
                throw new SigningRefusedException(
                        "the parameter '" + shortened(name) + "' cannot be given; the signature sets it");
            }
            if (lower.equals("versionid")) {
                throw new SigningRefusedException("give the version as --version-id or in the column version_id");
            }
        });
        return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** RFC 9110, section 5.6.2. */
    private static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
