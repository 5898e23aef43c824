package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a request's headers and parameters add to every V4 URL made with them, written out once: rows of one manifest mostly
 * share them. Immutable.
 */
final class Oss4Terms {
    /** The parameters that differ from URL to URL or from second to second, in the order of their bytes. */
    enum Slot {
        VERSION("versionId"),
        CREDENTIAL("x-oss-credential"),
        DATE("x-oss-date"),
        EXPIRES("x-oss-expires"),
        TOKEN("x-oss-security-token"),
        SIGNATURE_VERSION("x-oss-signature-version");

        private final String parameter;

        Slot(String parameter) {
            this.parameter = parameter;
        }
    }

    private static final int SLOTS = Slot.values().length;

    private final Map<String, String> headers;
    private final Set<String> additionalHeaders;
    private final Map<String, String> params;

    private final byte[][] before = new byte[SLOTS][];
    private final byte[] afterLast;
    private final byte[] canonicalTail;
    private final Map<String, String> signedHeaders;

    Oss4Terms(SignRequest request) {
        headers = request.headers();
        additionalHeaders = request.additionalHeaders();
        params = request.params();

        Map<String, String> byLowerCase = new TreeMap<>();
        headers.forEach((name, value) -> byLowerCase.put(name.toLowerCase(Locale.ROOT), value.trim()));
        SortedSet<String> additional = new TreeSet<>();
        for (String name : additionalHeaders) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (byLowerCase.containsKey(lower) && !isAlwaysSigned(lower)) {
                additional.add(lower);
            }
        }
        byLowerCase.keySet().removeIf(name -> !isAlwaysSigned(name) && !additional.contains(name));

        Map<String, String> query = new TreeMap<>();
        params.forEach((name, value) -> query.put(encoded(name), encoded(value)));
        if (!additional.isEmpty()) {
            query.put("x-oss-additional-headers", encoded(String.join(";", additional)));
        }
        StringBuilder segment = new StringBuilder();
        for (Slot slot : Slot.values()) {
            query.forEach((name, value) -> {
                boolean here = slot.parameter.compareTo(name) > 0
                        && (slot.ordinal() == 0 || Slot.values()[slot.ordinal() - 1].parameter.compareTo(name) < 0);
                if (here) {
                    segment.append(name)
                            .append(value.isEmpty() ? "" : "=" + value)
                            .append('&');
                }
            });
            before[slot.ordinal()] = take(segment);
        }
        query.forEach((name, value) -> {
            if (Slot.SIGNATURE_VERSION.parameter.compareTo(name) < 0) {
                segment.append('&').append(name).append(value.isEmpty() ? "" : "=" + value);
            }
        });
        afterLast = take(segment);

        segment.append('\n');
        byLowerCase.forEach(
                (name, value) -> segment.append(name).append(':').append(value).append('\n'));
        segment.append('\n').append(String.join(";", additional)).append('\n');
        segment.append(byLowerCase.getOrDefault("x-oss-content-sha256", "UNSIGNED-PAYLOAD"));
        canonicalTail = take(segment);

        Map<String, String> signed = new TreeMap<>();
        headers.forEach((name, value) -> {
            if (byLowerCase.containsKey(name.toLowerCase(Locale.ROOT))) {
                signed.put(name, value.trim());
            }
        });
        signedHeaders = Map.copyOf(signed);
    }

    /** Whether these are the terms of that request; at once where it shares the map and set objects. */
    boolean fit(SignRequest request) {
        return headers.equals(request.headers())
                && additionalHeaders.equals(request.additionalHeaders())
                && params.equals(request.params());
    }

    /** Parameters that stand directly before a slot, each with its ampersand after it. */
    byte[] before(Slot slot) {
        return before[slot.ordinal()];
    }

    /** Parameters behind all slots, each with its ampersand before it. */
    byte[] afterLast() {
        return afterLast;
    }

    /** The canonical request from the end of the query on: headers, additional headers, payload. */
    byte[] canonicalTail() {
        return canonicalTail;
    }

    /** What the client must send, names as they were given and values trimmed. */
    Map<String, String> signedHeaders() {
        return signedHeaders;
    }

    private static boolean isAlwaysSigned(String lowerCaseName) {
        return lowerCaseName.startsWith("x-oss-")
                || lowerCaseName.equals("content-type")
                || lowerCaseName.equals("content-md5");
    }

    private static String encoded(String text) {
        return new Ink().putQuery(text).text();
    }

    private static byte[] take(StringBuilder text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        return bytes;
    }
}
