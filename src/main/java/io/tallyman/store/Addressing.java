package io.tallyman.store;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** How a bucket is written in an object's URL. The signature covers the bucket in every style. */
public enum Addressing {
    /** {@code https://bucket.endpoint/key}: what the public service wants. */
    VIRTUAL_HOST,
    /** {@code https://endpoint/bucket/key}: private clouds, IP addresses and test servers; the public service refuses it. */
    PATH,
    /** {@code https://domain/key}: the endpoint is a domain of one's own, bound to the bucket. */
    CUSTOM_DOMAIN;

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[.*]");

    /** The style used where none is configured: a bucket cannot stand in front of an IP address or {@code localhost}. */
    public static Addressing defaultFor(URI endpoint) {
        return isNumericOrLocal(endpoint) ? PATH : VIRTUAL_HOST;
    }

    /** The name used in configuration: {@code virtual-host}, {@code path}, {@code custom-domain}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static boolean isNumericOrLocal(URI endpoint) {
        String host = endpoint.getHost();
        return host.equals("localhost") || ADDRESS.matcher(host).matches();
    }

    static boolean isNumeric(URI endpoint) {
        return ADDRESS.matcher(endpoint.getHost()).matches();
    }
}
