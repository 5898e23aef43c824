package io.tallyman.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A URL signed by somebody else, and what of it may be known. All methods throw IllegalArgumentException with a reason that
 * never quotes the URL.
 */
final class ForeignUrl {
    private static final Pattern SHAPE = Pattern.compile("(?i)https?://([^/?#]+)(/[^?#]*)?(\\?[^#]*)?");
    /** What a transfer connects to; no encodings, with which a host could look like another. */
    private static final Pattern HOST = Pattern.compile("(?i)([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");
    /** Parameters that make a signature with OSS V1, S3 V2, Google, CloudFront and Azure, in lower case. */
    private static final Set<String> SIGNING = Set.of(
            "ossaccesskeyid",
            "signature",
            "expires",
            "security-token",
            "awsaccesskeyid",
            "googleaccessid",
            "key-pair-id",
            "policy",
            "sig",
            "apikey",
            "api_key",
            "auth",
            "authorization",
            "hmac",
            "jwt");
    /** Azure's other parameters: names so short that they only count beside its {@code sig}. */
    private static final Set<String> SIGNING_BESIDE_SIG = Set.of(
            "se", "st", "sp", "sv", "sr", "spr", "sip", "skoid", "sktid", "skt", "ske", "sks", "skv", "ss", "srt");

    private static final List<String> SIGNING_PREFIXES = List.of("x-amz-", "x-goog-");
    private static final Set<String> SIGNING_OSS = Set.of(
            "x-oss-signature",
            "x-oss-signature-version",
            "x-oss-credential",
            "x-oss-date",
            "x-oss-expires",
            "x-oss-security-token",
            "x-oss-additional-headers",
            "x-oss-access-key-id");
    /** What a parameter's name holds that no ledger should: better one too many gone from a key than one secret in it. */
    private static final List<String> SUSPICIOUS = List.of("token", "secret", "password", "credential", "signature");

    private ForeignUrl() {}

    /** The URL without the parameters of its signature: the same for every signing of the same request. */
    static String withoutSignature(String url) {
        check(url);
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        List<String> parameters = List.of(url.substring(question + 1).split("&"));
        boolean azure =
                parameters.stream().anyMatch(parameter -> name(parameter).equals("sig"));
        String kept = parameters.stream()
                .filter(parameter -> !parameter.isEmpty())
                .filter(parameter -> !isSigning(name(parameter)))
                .filter(parameter -> !azure || !SIGNING_BESIDE_SIG.contains(name(parameter)))
                .collect(Collectors.joining("&"));
        return kept.isEmpty() ? url.substring(0, question) : url.substring(0, question + 1) + kept;
    }

    /** The decoded path without its leading slash, host and query left out. */
    static String path(String url) {
        check(url);
        int start = url.indexOf('/', url.indexOf("://") + "://".length());
        int question = url.indexOf('?');
        if (start < 0 || (question >= 0 && question < start)) {
            throw new IllegalArgumentException("has no path; say in the path column where the file goes");
        }
        String path = decoded(url.substring(start + 1, question < 0 ? url.length() : question));
        if (path.isEmpty()) {
            throw new IllegalArgumentException("has no path; say in the path column where the file goes");
        }
        return path;
    }

    private static void check(String url) {
        if (!url.chars().allMatch(each -> each > ' ' && each < 0x7f)) {
            throw new IllegalArgumentException("holds a blank or a character that is not percent-encoded");
        }
        Matcher shape = SHAPE.matcher(url);
        if (!shape.matches()) {
            throw new IllegalArgumentException("is not a URL such as https://host/path?query, without a fragment");
        }
        if (shape.group(1).contains("@")) {
            throw new IllegalArgumentException("holds a user before its host");
        }
        if (!HOST.matcher(shape.group(1)).matches()) {
            throw new IllegalArgumentException(
                    "has a host that is neither a name nor an address, or a port that is none");
        }
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        String raw = equals < 0 ? parameter : parameter.substring(0, equals);
        try {
            return decoded(raw).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException undecodable) {
            return raw.toLowerCase(Locale.ROOT);
        }
    }

    private static boolean isSigning(String name) {
        return SIGNING.contains(name)
                || SIGNING_OSS.contains(name)
                || SIGNING_PREFIXES.stream().anyMatch(name::startsWith)
                || SUSPICIOUS.stream().anyMatch(name::contains);
    }

    /** Percent-decoding alone: a plus is a plus in a path (RFC 3986). */
    private static String decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int index = 0; index < text.length(); index++) {
            char current = text.charAt(index);
            if (current != '%') {
                bytes.put((byte) current);
                continue;
            }
            int high = index + 2 < text.length() ? Character.digit(text.charAt(index + 1), 16) : -1;
            int low = index + 2 < text.length() ? Character.digit(text.charAt(index + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException("holds a % that encodes nothing");
            }
            bytes.put((byte) (high << 4 | low));
            index += 2;
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (StorableText.isNotStorable(decoded)) {
                throw new IllegalArgumentException("holds a NUL character");
            }
            return decoded;
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException(
                    "has a path that is not UTF-8; say in the path column where the file goes");
        }
    }
}
