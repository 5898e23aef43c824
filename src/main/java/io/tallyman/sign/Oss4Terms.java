package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * What a request's headers and parameters add to every V4 URL made with them, written out once: rows of one manifest mostly
 * share them. The parameters are kept in the pieces that fall between the signature's own. Immutable.
 */
final class Oss4Terms {
    /** The parameters that the signer writes, which differ from URL to URL, in the order of their bytes. */
    private static final String[] OWN = {
        "versionId",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-security-token",
        "x-oss-signature-version"
    };

    // Places in OWN.
    static final int VERSION_ID = 0;
    static final int CREDENTIAL = 1;
    static final int DATE = 2;
    static final int EXPIRES = 3;
    static final int SECURITY_TOKEN = 4;
    static final int SIGNATURE_VERSION = 5;

    private static final byte[] PLAIN_TAIL = "\n\n\nUNSIGNED-PAYLOAD".getBytes(StandardCharsets.US_ASCII);

    private final Map<String, String> headers;
    private final Set<String> additionalHeaders;
    private final Map<String, String> params;

    private final byte[] query;
    /** Where the piece before each of the signature's own parameters ends in {@link #query}. */
    private final int[] ends = new int[OWN.length];
    /** The canonical request from the end of the query on: headers, additional headers, payload. */
    final byte[] canonicalTail;
    /** What the client must send, names as they were given and values trimmed. */
    final Map<String, String> requiredHeaders;

    /** @param scratch overwritten */
    Oss4Terms(SignRequest request, Ink scratch) {
        headers = request.headers();
        additionalHeaders = request.additionalHeaders();
        params = request.params();
        SignedHeaders signed = SignedHeaders.of(headers, additionalHeaders);
        requiredHeaders = signed.asGiven();
        String additional = signed.additionalNames();
        query = writeQuery(additional, scratch);
        canonicalTail = writeTail(signed, additional, scratch);
    }

    /** Whether these are the terms of that request; known at once where it shares the map and set objects. */
    boolean fit(SignRequest request) {
        return headers.equals(request.headers())
                && additionalHeaders.equals(request.additionalHeaders())
                && params.equals(request.params());
    }

    /** The parameters that stand directly before one of the signature's own, each with an ampersand after it. */
    void putParamsBefore(int own, Ink ink) {
        int start = own == 0 ? 0 : ends[own - 1];
        ink.put(query, start, ends[own] - start);
    }

    /** The parameters behind all of the signature's own, each with an ampersand before it. */
    void putParamsBehind(Ink ink) {
        int start = ends[OWN.length - 1];
        ink.put(query, start, query.length - start);
    }

    private byte[] writeQuery(String additional, Ink ink) {
        Param[] sorted = sortedParams(additional, ink);
        int next = 0;
        ink.clear();
        for (int own = 0; own < OWN.length; own++) {
            for (; next < sorted.length && sorted[next].encodedName.compareTo(OWN[own]) < 0; next++) {
                sorted[next].write(ink);
                ink.put('&');
            }
            ends[own] = ink.length();
        }
        for (; next < sorted.length; next++) {
            ink.put('&');
            sorted[next].write(ink);
        }
        return ink.copy();
    }

    private Param[] sortedParams(String additional, Ink ink) {
        Param[] sorted = new Param[params.size() + (additional.isEmpty() ? 0 : 1)];
        int count = 0;
        for (Map.Entry<String, String> param : params.entrySet()) {
            sorted[count++] = new Param(ink.clear().putQuery(param.getKey()).text(), param.getValue());
        }
        if (!additional.isEmpty()) {
            sorted[count] = new Param("x-oss-additional-headers", additional);
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private static byte[] writeTail(SignedHeaders signed, String additional, Ink ink) {
        if (signed.sorted().isEmpty()) {
            return PLAIN_TAIL;
        }
        String payload = "UNSIGNED-PAYLOAD";
        ink.clear().put('\n');
        for (SignedHeaders.Header header : signed.sorted()) {
            ink.putUtf8(header.name()).put(':').putUtf8(header.value()).put('\n');
            payload = header.name().equals("x-oss-content-sha256") ? header.value() : payload;
        }
        return ink.put('\n').putUtf8(additional).put('\n').putUtf8(payload).copy();
    }

    private record Param(String encodedName, String value) implements Comparable<Param> {
        @Override
        public int compareTo(Param other) {
            return encodedName.compareTo(other.encodedName);
        }

        void write(Ink ink) {
            ink.putUtf8(encodedName);
            if (!value.isEmpty()) {
                ink.put('=').putQuery(value);
            }
        }
    }
}
