package io.tallyman.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A named place objects come from. Immutable; checked when made.
 *
 * @param endpoint scheme, host and port, nothing else; the domain itself for {@link Addressing#CUSTOM_DOMAIN}
 * @param region as signatures carry it, for example {@code cn-hangzhou}; of the bucket, whatever the endpoint
 * @param credentials asked at every signature; never waits
 */
public record Store(
        String name,
        URI endpoint,
        String region,
        String bucket,
        Addressing addressing,
        Supplier<Credentials> credentials) {
    // 3 to 63 of a-z 0-9 -, not at the ends -; old buckets may hold an underscore (OSS: bucket naming).
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    public Store {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new StoreConfigurationException(
                    name, "bucket", "'" + bucket + "' is no bucket name (3 to 63 of a-z, 0-9 and -)");
        }
        // The scope of a signature carries the region without this prefix (OSS error 0002-00000226).
        region = region.startsWith("oss-") ? region.substring("oss-".length()) : region;
        if (!REGION.matcher(region).matches()) {
            throw new StoreConfigurationException(
                    name, "region", "'" + region + "' is no region (such as cn-hangzhou)");
        }
    }

    /** Where URLs of this store begin, up to and with the slash before the key. */
    public String baseUrl() {
        String scheme = endpoint.getScheme() + "://";
        String authority = endpoint.getRawAuthority();
        return switch (addressing) {
            case VIRTUAL_HOST -> scheme + bucket + "." + authority + "/";
            case PATH -> scheme + authority + "/" + bucket + "/";
            case CUSTOM_DOMAIN -> scheme + authority + "/";
        };
    }

    /** Reads an endpoint as people write it; https where no scheme is given. */
    static URI endpoint(String storeName, String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "https://" + text);
            boolean nothingElse = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (nothingElse && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return new URI(uri.getScheme() + "://" + uri.getRawAuthority());
            }
        } catch (URISyntaxException e) {
            // Said below, for both cases.
        }
        throw new StoreConfigurationException(
                storeName,
                "endpoint",
                "it is not a host such as oss-cn-hangzhou.aliyuncs.com, with or without https://");
    }

    /** The addressing an endpoint implies: an IP address or localhost cannot carry the bucket in its host. */
    static Addressing impliedBy(URI endpoint) {
        String host = endpoint.getHost();
        return host.startsWith("[")
                        || host.equals("localhost")
                        || IPV4.matcher(host).matches()
                ? Addressing.PATH
                : Addressing.VIRTUAL_HOST;
    }
}
