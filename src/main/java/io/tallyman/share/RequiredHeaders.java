package io.tallyman.share;

import io.tallyman.sign.SignedUrl;
import java.util.Map;
import java.util.TreeMap;

/** The headers a client must send, in an order that is the same every time. */
final class RequiredHeaders {
    private RequiredHeaders() {}

    static Map<String, String> of(SignedUrl url) {
        Map<String, String> headers = url.requiredHeaders();
        return headers.size() < 2 ? headers : new TreeMap<>(headers);
    }
}
