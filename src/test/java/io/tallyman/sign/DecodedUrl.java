package io.tallyman.sign;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a URL says, whichever of the allowed spellings it uses: {@code %7E} or {@code ~}, any order of parameters. */
record DecodedUrl(String scheme, String authority, String path, Map<String, String> query) {

    static DecodedUrl of(String url) {
        int mark = url.indexOf('?');
        URI uri = URI.create(url.substring(0, mark));
        Map<String, String> query = new TreeMap<>();
        for (String pair : url.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String before = query.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
            if (before != null) {
                throw new AssertionError("parameter " + name + " stands there twice");
            }
        }
        return new DecodedUrl(
                uri.getScheme(), uri.getRawAuthority().toLowerCase(Locale.ROOT), decode(uri.getRawPath()), query);
    }

    private static String decode(String text) {
        // A + in a URL of ours would be a defect: it must stay a + here and so differ.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
