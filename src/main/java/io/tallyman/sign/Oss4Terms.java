package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a request's headers and parameters add to every V4 URL made with them, written out once: rows of one manifest mostly
 * share them. The parameters are kept in the pieces that fall between those which differ from URL to URL. Immutable.
 */
final class Oss4Terms {
    private final Map<String, String> headers;
    private final Set<String> additionalHeaders;
    private final Map<String, String> params;

    // Parameters between the signature's own, each with an ampersand after it.
    final byte[] beforeVersionId;
    final byte[] beforeCredential;
    final byte[] beforeDate;
    final byte[] beforeExpires;
    final byte[] beforeToken;
    final byte[] beforeSignatureVersion;
    /** Parameters behind all of the signature's own, each with an ampersand before it. */
    final byte[] afterSignatureVersion;
    /** The canonical request from the end of the query on: headers, additional headers, payload. */
    final byte[] canonicalTail;
    /** What the client must send, names as they were given and values trimmed. */
    final Map<String, String> signedHeaders;

    Oss4Terms(SignRequest request) {
        headers = request.headers();
        additionalHeaders = request.additionalHeaders();
        params = request.params();

        SignedHeaders signed = SignedHeaders.of(headers, additionalHeaders);
        signedHeaders = signed.asGiven();

        NavigableMap<String, String> query = new TreeMap<>();
        params.forEach((name, value) -> query.put(encoded(name), encoded(value)));
        if (!signed.additional().isEmpty()) {
            query.put("x-oss-additional-headers", encoded(String.join(";", signed.additional())));
        }
        beforeVersionId = pairs(query.headMap("versionId", false));
        beforeCredential = pairs(query.subMap("versionId", false, "x-oss-credential", false));
        beforeDate = pairs(query.subMap("x-oss-credential", false, "x-oss-date", false));
        beforeExpires = pairs(query.subMap("x-oss-date", false, "x-oss-expires", false));
        beforeToken = pairs(query.subMap("x-oss-expires", false, "x-oss-security-token", false));
        beforeSignatureVersion = pairs(query.subMap("x-oss-security-token", false, "x-oss-signature-version", false));
        StringBuilder last = new StringBuilder();
        query.tailMap("x-oss-signature-version", false)
                .forEach((name, value) -> last.append('&').append(pair(name, value)));
        afterSignatureVersion = utf8(last);

        StringBuilder tail = new StringBuilder("\n");
        signed.canonical()
                .forEach((name, value) ->
                        tail.append(name).append(':').append(value).append('\n'));
        tail.append('\n').append(String.join(";", signed.additional())).append('\n');
        tail.append(signed.canonical().getOrDefault("x-oss-content-sha256", "UNSIGNED-PAYLOAD"));
        canonicalTail = utf8(tail);
    }

    /** Whether these are the terms of that request; known at once where it shares the map and set objects. */
    boolean fit(SignRequest request) {
        return headers.equals(request.headers())
                && additionalHeaders.equals(request.additionalHeaders())
                && params.equals(request.params());
    }

    private static byte[] pairs(SortedMap<String, String> encoded) {
        StringBuilder text = new StringBuilder();
        encoded.forEach((name, value) -> text.append(pair(name, value)).append('&'));
        return utf8(text);
    }

    private static String pair(String name, String value) {
        return value.isEmpty() ? name : name + "=" + value;
    }

    private static String encoded(String text) {
        return new Ink().putQuery(text).text();
    }

    private static byte[] utf8(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Which headers V4 signs.
     *
     * @param canonical lower-case names, trimmed values, sorted
     * @param additional those of them that are signed only because they were asked for
     * @param asGiven the same headers under the names they were given
     */
    private record SignedHeaders(
            SortedMap<String, String> canonical, SortedSet<String> additional, Map<String, String> asGiven) {

        static SignedHeaders of(Map<String, String> headers, Set<String> additionalHeaders) {
            Set<String> wanted = new TreeSet<>();
            additionalHeaders.forEach(name -> wanted.add(name.toLowerCase(Locale.ROOT)));
            SortedMap<String, String> canonical = new TreeMap<>();
            SortedSet<String> additional = new TreeSet<>();
            Map<String, String> asGiven = new TreeMap<>();
            headers.forEach((name, value) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                boolean always =
                        lower.startsWith("x-oss-") || lower.equals("content-type") || lower.equals("content-md5");
                if (always || wanted.contains(lower)) {
                    canonical.put(lower, value.trim());
                    asGiven.put(name, value.trim());
                }
                if (!always && wanted.contains(lower)) {
                    additional.add(lower);
                }
            });
            return new SignedHeaders(canonical, additional, Map.copyOf(asGiven));
        }
    }
}
