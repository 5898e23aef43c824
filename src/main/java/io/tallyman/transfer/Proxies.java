package io.tallyman.transfer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of the standard variables: {@code HTTPS_PROXY} and {@code HTTP_PROXY} by the scheme of the URL, {@code ALL_PROXY} where that one is
 * missing, and {@code NO_PROXY} for hosts that are asked directly. The lower-case names win, as with curl. Immutable; prints without passwords.
 */
public final class Proxies {
    /** Every host is asked directly. */
    public static final Proxies NONE = new Proxies(null, null, NoProxy.NOBODY);

    private static final Pattern PROXY = Pattern.compile(
            "(?i)(?:([a-z][a-z0-9+.-]*)://)?(?:(.*)@)?(?:([a-z0-9._-]+)|\\[([0-9a-f:.]+)])(?::([0-9]{1,5}))?/?");
    private static final int DEFAULT_PORT = 80;
    private static final int LARGEST_PORT = 65535;

    private final @Nullable Proxy http;
    private final @Nullable Proxy https;
    private final NoProxy except;

    private Proxies(@Nullable Proxy http, @Nullable Proxy https, NoProxy except) {
        this.http = http;
        this.https = https;
        this.except = except;
    }

    /**
     * One proxy, spoken to in plain HTTP. Prints without its user and password.
     *
     * @param user null where it asks for none
     * @param password empty where none is given
     */
    record Proxy(String host, int port, @Nullable String user, String password) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * What these variables say. {@code HTTP_PROXY} in capitals does not count where {@code REQUEST_METHOD} is set: a CGI program gets it from whoever
     * sends it a header named Proxy.
     *
     * @throws UnusableProxyException where one that counts cannot be used
     */
    public static Proxies of(Map<String, String> environment) {
        Variable all = Variable.of(environment, "all_proxy", "ALL_PROXY");
        Variable http = environment.containsKey("REQUEST_METHOD")
                ? Variable.of(environment, "http_proxy")
                : Variable.of(environment, "http_proxy", "HTTP_PROXY");
        Variable https = Variable.of(environment, "https_proxy", "HTTPS_PROXY");
        Variable except = Variable.of(environment, "no_proxy", "NO_PROXY");
        return new Proxies(
                proxy(http == null ? all : http),
                proxy(https == null ? all : https),
                except == null ? NoProxy.NOBODY : NoProxy.of(except.name(), except.value()));
    }

    private record Variable(String name, String value) {
        static @Nullable Variable of(Map<String, String> environment, String... names) {
            for (String name : names) {
                String value = environment.getOrDefault(name, "").strip();
                if (!value.isEmpty()) {
                    return new Variable(name, value);
                }
            }
            return null;
        }
    }

    private static @Nullable Proxy proxy(@Nullable Variable variable) {
        if (variable == null) {
            return null;
        }
        Matcher parts = PROXY.matcher(variable.value());
        if (!parts.matches()) {
            throw new UnusableProxyException(
                    variable.name(), "give http://host:port or http://user:password@host:port, percent-encoded");
        }
        String scheme = parts.group(1);
        if (scheme != null && !scheme.toLowerCase(Locale.ROOT).equals("http")) {
            throw new UnusableProxyException(
                    variable.name(),
                    "there is no support for proxies of the scheme " + scheme + "; give http://host:port");
        }
        int port = parts.group(5) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(5));
        if (port == 0 || port > LARGEST_PORT) {
            throw new UnusableProxyException(variable.name(), "it has no valid port");
        }
        String host = parts.group(3) != null ? parts.group(3) : parts.group(4);
        String userInfo = parts.group(2);
        if (userInfo == null || userInfo.isEmpty()) {
            return new Proxy(host, port, null, "");
        }
        int colon = userInfo.indexOf(':');
        return new Proxy(
                host,
                port,
                decoded(variable.name(), colon < 0 ? userInfo : userInfo.substring(0, colon)),
                colon < 0 ? "" : decoded(variable.name(), userInfo.substring(colon + 1)));
    }

    private static String decoded(String variable, String text) {
        String decoded;
        try {
            // Of a form's rules only the percent signs, a plus is a plus.
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new UnusableProxyException(
                    variable, "its user or password holds a % that encodes nothing; write %25");
        }
        if (decoded.codePoints().anyMatch(Character::isISOControl)) {
            throw new UnusableProxyException(variable, "its user or password holds a control character");
        }
        return decoded;
    }

    /** The proxy for that target; null where it is asked directly. */
    @Nullable
    Proxy to(RequestTarget target) {
        Proxy proxy = target.scheme().equals("https") ? https : http;
        return proxy == null || except.covers(target.host(), target.portOrDefault()) ? null : proxy;
    }

    @Override
    public String toString() {
        return "Proxies[http=" + http + ", https=" + https + "]";
    }
}
