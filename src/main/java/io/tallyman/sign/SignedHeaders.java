package io.tallyman.sign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The headers of a request that V4 signs: every {@code x-oss-*}, Content-Type, Content-MD5, and those that were asked for by name
 * and are sent.
 *
 * @param sorted names in lower case and in order, values trimmed as HTTP trims them
 * @param asGiven the same under the names they were given
 */
record SignedHeaders(List<Header> sorted, Map<String, String> asGiven) {
    private static final SignedHeaders NONE = new SignedHeaders(List.of(), Map.of());

    /** @param additional whether it is signed only because it was asked for */
    record Header(String name, String value, boolean additional) implements Comparable<Header> {
        @Override
        public int compareTo(Header other) {
            return name.compareTo(other.name);
        }
    }

    static SignedHeaders of(Map<String, String> headers, Set<String> asked) {
        if (headers.isEmpty()) {
            return NONE;
        }
        List<Header> sorted = new ArrayList<>(headers.size());
        Map<String, String> asGiven = new HashMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean always = name.startsWith("x-oss-") || name.equals("content-type") || name.equals("content-md5");
            if (always || isAsked(name, asked)) {
                String value = header.getValue().trim();
                asGiven.put(header.getKey(), value);
                sorted.add(new Header(name, value, !always));
            }
        }
        sorted.sort(null);
        // Mostly every header is signed as it was given; the request's own map then spares each URL a copy.
        return new SignedHeaders(sorted, asGiven.equals(headers) ? headers : Map.copyOf(asGiven));
    }

    /** The names of the additional ones, joined as OSS wants them; empty where there are none. */
    String additionalNames() {
        StringBuilder names = new StringBuilder();
        for (Header header : sorted) {
            if (header.additional()) {
                names.append(names.isEmpty() ? "" : ";").append(header.name());
            }
        }
        return names.toString();
    }

    private static boolean isAsked(String lowerCaseName, Set<String> asked) {
        for (String name : asked) {
            if (name.equalsIgnoreCase(lowerCaseName)) {
                return true;
            }
        }
        return false;
    }
}
