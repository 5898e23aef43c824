package io.tallyman.manifest;

import java.util.Locale;
import java.util.Set;

/** Request headers that a download decides on itself, so that nobody who hands it a URL may. */
public final class OwnHeaders {
    private static final Set<String> NAMES = Set.of(
            "range",
            "if-match",
            "if-range",
            "accept-encoding",
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "expect",
            "te",
            "trailer",
            "upgrade",
            "content-length",
            "transfer-encoding");

    private OwnHeaders() {}

    /** Whether a header of that name is one of them, in any case. */
    public static boolean contains(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }
}
