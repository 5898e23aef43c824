package io.tallyman.demo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's first line and headers.
 *
 * @param target the request target in origin form, byte for byte as it came (one char per byte)
 * @param headers lower-case name to value, blanks around the value removed; repeated names joined by a comma
 */
record RequestHead(String method, String target, String version, Map<String, String> headers) {
    private static final String ABSOLUTE = "http://";

    /**
     * Reads the lines of a head.
     *
     * @throws RequestRefusedException 400 where it is not HTTP
     */
    static RequestHead parse(String text) {
        String[] lines = text.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            throw malformed();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].isEmpty()) {
                continue;
            }
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw malformed();
            }
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            headers.merge(name, lines[i].substring(colon + 1).strip(), (a, b) -> a + "," + b);
        }
        return new RequestHead(first[0], originForm(first[1], headers), first[2], headers);
    }

    /** What a client sends that takes us for its proxy: the authority goes before Host (RFC 9112, 3.2.2). */
    private static String originForm(String target, Map<String, String> headers) {
        if (!target.regionMatches(true, 0, ABSOLUTE, 0, ABSOLUTE.length())) {
            return target;
        }
        String rest = target.substring(ABSOLUTE.length());
        int slash = rest.indexOf('/');
        headers.put("host", slash < 0 ? rest : rest.substring(0, slash));
        return slash < 0 ? "/" : rest.substring(slash);
    }

    @Nullable
    String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    boolean wantsClose() {
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        return connection.contains("close")
                || (version.equals("HTTP/1.0") && !connection.contains("keep-alive"))
                || hasBody();
    }

    /** A body is never read: the connection is closed after the answer. */
    private boolean hasBody() {
        return headers.containsKey("transfer-encoding")
                || !headers.getOrDefault("content-length", "0").equals("0");
    }

    private static RequestRefusedException malformed() {
        return Refusal.of(400, "BadRequest", "The request is not HTTP/1.1.", "0002-00000500")
                .asException();
    }
}
