package io.tallyman.transfer;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL cut into what the connection needs and what the request line carries, without decoding, encoding or normalising anything:
 * a presigned URL is valid as it was signed, byte for byte.
 *
 * @param scheme {@code http} or {@code https}
 * @param host without the brackets of an IPv6 address
 * @param port as written, or -1
 * @param target path and query as written; holds the signature, so it is never shown
 */
record RequestTarget(String scheme, String host, int port, String target) {
    private static final Pattern URL = Pattern.compile(
            "(?i)(https?)://(?:([a-z0-9._-]+)|\\[([0-9a-f:.]+)])(?::([0-9]{1,5}))?((?:[/?].*)?)", Pattern.DOTALL);

    /** The parts; a fragment is dropped, since no request carries one. */
    static RequestTarget of(String url) throws UnusableUrlException {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new UnusableUrlException("it is not http(s)://host[:port]/...");
        }
        int port = parts.group(4) == null ? -1 : Integer.parseInt(parts.group(4));
        if (port == 0 || port > 65535) {
            throw new UnusableUrlException("it has no valid port");
        }
        String target = parts.group(5);
        int fragment = target.indexOf('#');
        if (fragment >= 0) {
            target = target.substring(0, fragment);
        }
        // Also keeps a line break from becoming a second request.
        if (!target.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new UnusableUrlException(
                    "it holds blanks, control or non-ASCII characters, which must be percent-encoded before signing");
        }
        return new RequestTarget(
                parts.group(1).toLowerCase(Locale.ROOT),
                parts.group(2) != null ? parts.group(2) : parts.group(3),
                port,
                target.startsWith("/") ? target : "/" + target);
    }

    int portOrDefault() {
        return port >= 0 ? port : scheme.equals("https") ? 443 : 80;
    }

    /** The whole URL, as a proxy is asked for it; holds the signature. */
    String absolute() {
        return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + (port < 0 ? "" : ":" + port)
                + target;
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port < 0 ? "" : ":" + port) + "/<redacted>";
    }
}
