package io.tallyman.fetch;

import io.tallyman.manifest.OwnHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Request headers that a URL's owner signed and told us to send. Immutable; prints without the values, which may be secrets. */
public final class FetchHeaders {
    public static final FetchHeaders NONE = new FetchHeaders(Map.of());

    /** A header's name, RFC 9110 section 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

    private final Map<String, String> headers;

    private FetchHeaders(Map<String, String> headers) {
        this.headers = headers;
    }

    /**
     * The headers of lines such as {@code x-oss-request-payer: requester}; blanks around the value do not count.
     *
     * @throws IllegalArgumentException with a reason that quotes no value
     */
    public static FetchHeaders of(List<String> lines) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
                throw new IllegalArgumentException("takes NAME:VALUE, with a header's name before the colon");
            }
            String name = line.substring(0, colon);
            if (!VALUE.matcher(line.substring(colon + 1)).matches()) {
                throw new IllegalArgumentException(
                        "gives " + name + " a value with a line break, another control or a non-ASCII character");
            }
            if (OwnHeaders.contains(name)) {
                throw new IllegalArgumentException("cannot give " + name + ", which the download itself decides on");
            }
            if (headers.put(name, line.substring(colon + 1).strip()) != null) {
                throw new IllegalArgumentException("gives " + name + " twice");
            }
        }
        return new FetchHeaders(headers);
    }

    /** These and the given ones, which win whatever the case of their names. */
    Map<String, String> with(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        others.forEach((name, value) -> {
            all.remove(name);
            all.put(name, value);
        });
        return new LinkedHashMap<>(all);
    }

    @Override
    public String toString() {
        return headers.keySet().toString();
    }
}
