package io.tallyman.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads endpoints as people write them. */
final class Endpoint {
    private static final String FORM =
            "an endpoint is a host such as oss-cn-hangzhou.aliyuncs.com, with an optional https://"
                    + " (or, spelled out, http://) before it and an optional port after it";

    private Endpoint() {}

    /** A bare host means https: plain http can be read and changed on its way, so it is used only where it is spelled out. */
    static URI parse(String store, String text) {
        // Whatever stands before an @ may be a password.
        String shown = text.contains("@") ? "<redacted>" : text;
        try {
            URI uri = new URI(text.contains("://") ? text : "https://" + text);
            boolean onlyHost = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (!onlyHost) {
                throw StoreConfigurationException.wrong(store, "endpoint", shown, FORM);
            }
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            URI clean = new URI(uri.getScheme().toLowerCase(Locale.ROOT) + "://"
                    + uri.getHost().toLowerCase(Locale.ROOT) + port);
            check(store, clean);
            return clean;
        } catch (URISyntaxException e) {
            throw StoreConfigurationException.wrong(store, "endpoint", shown, FORM);
        }
    }

    /** Refuses what is no endpoint: another scheme, no host, or anything after the port. */
    static void check(String store, URI endpoint) {
        boolean http = "https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme());
        if (!http
                || endpoint.getHost() == null
                || endpoint.getRawUserInfo() != null
                || isText(endpoint.getRawPath())
                || isText(endpoint.getRawQuery())
                || isText(endpoint.getRawFragment())) {
            throw StoreConfigurationException.wrong(store, "endpoint", endpoint.toString(), FORM);
        }
    }

    private static boolean isText(@Nullable String part) {
        return part != null && !part.isEmpty();
    }
}
