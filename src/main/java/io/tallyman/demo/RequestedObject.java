package io.tallyman.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request points at.
 *
 * @param key decoded from the path exactly once, nothing normalised
 * @param parameters decoded query, in order; of a repeated name the first counts; a bare name has the value ""
 */
record RequestedObject(String bucket, String key, Map<String, String> parameters) {

    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    static Map<String, String> parseQuery(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentCoding.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : PercentCoding.decode(pair.substring(equals + 1), true);
            parameters.putIfAbsent(name, value);
        }
        return parameters;
    }
}
