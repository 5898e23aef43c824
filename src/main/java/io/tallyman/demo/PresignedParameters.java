package io.tallyman.demo;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The well-formed V4 parameters of a presigned URL.
 *
 * @param date the text of {@code x-oss-date}
 * @param scope {@code date/region/product/aliyun_v4_request}
 * @param additionalHeaders lower-case names from {@code x-oss-additional-headers}; empty where the parameter is absent
 */
record PresignedParameters(
        String accessKeyId,
        String scope,
        String date,
        Instant signedAt,
        Duration expires,
        List<String> additionalHeaders,
        String signature) {

    private static final DateTimeFormatter ISO_BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final int LONGEST_EXPIRES_SECONDS = 604_800;

    /**
     * Reads and checks the form, not the truth, of the parameters.
     *
     * @throws RequestRefusedException 400 AuthorizationQueryParametersError
     */
    static PresignedParameters of(RequestedObject object) {
        String version = required(object, "x-oss-signature-version");
        if (!version.equals(RequestAuthenticator.ALGORITHM)) {
            throw malformed("x-oss-signature-version must be " + RequestAuthenticator.ALGORITHM + ".", "0002-00000221");
        }
        String credential = required(object, "x-oss-credential");
        int slash = credential.indexOf('/');
        if (slash <= 0 || credential.chars().filter(c -> c == '/').count() != 4) {
            throw malformed(
                    "x-oss-credential must be <access key id>/<date>/<region>/oss/aliyun_v4_request.", "0002-00000225");
        }
        String date = required(object, "x-oss-date");
        List<String> additional = new ArrayList<>();
        String listed = object.parameter("x-oss-additional-headers");
        if (listed != null) {
            if (listed.isEmpty()) {
                throw malformed("x-oss-additional-headers must not be empty.", "0002-00000076");
            }
            for (String name : listed.split(";", -1)) {
                additional.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return new PresignedParameters(
                credential.substring(0, slash),
                credential.substring(slash + 1),
                date,
                instant(date),
                expires(required(object, "x-oss-expires")),
                additional,
                required(object, "x-oss-signature"));
    }

    Instant expiresAt() {
        return signedAt.plus(expires);
    }

    static RequestRefusedException malformed(String message, String ec) {
        return Refusal.of(400, "AuthorizationQueryParametersError", message, ec).asException();
    }

    private static String required(RequestedObject object, String name) {
        String value = object.parameter(name);
        if (value == null || value.isEmpty()) {
            throw malformed("Query-string authentication needs the parameter " + name + ".", "0002-00000220");
        }
        return value;
    }

    private static Duration expires(String text) {
        int seconds = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (seconds < 1 || seconds > LONGEST_EXPIRES_SECONDS) {
            throw malformed("x-oss-expires must be between 1 and 604800 seconds.", "0002-00000232");
        }
        return Duration.ofSeconds(seconds);
    }

    private static Instant instant(String text) {
        try {
            return LocalDateTime.parse(text, ISO_BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw malformed("x-oss-date must be in the form yyyyMMddTHHmmssZ.", "0002-00000231");
        }
    }
}
