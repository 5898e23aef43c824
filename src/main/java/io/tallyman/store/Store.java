package io.tallyman.store;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * A named place objects come from. Immutable and valid: what cannot work is refused on construction.
 *
 * @param name the name it is configured and shown under
 * @param endpoint scheme, host and, where needed, port; never a path
 * @param region the bucket's region without the {@code oss-} of endpoint names (the signature's scope must not carry it, EC
 *     0002-00000226); a given prefix is taken off. Not derived from the endpoint: an accelerate or custom domain does not tell
 * @param bucket 3 to 63 of {@code a-z 0-9 - _}, a letter or digit at both ends; {@code _} is only found in old buckets
 */
public record Store(
        String name, URI endpoint, String region, String bucket, Addressing addressing, CredentialsSource credentials) {

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    public Store {
        region = region.startsWith("oss-") ? region.substring(4) : region;
        if (!REGION.matcher(region).matches()) {
            throw StoreConfigurationException.wrong(name, "region", region, "a region is written like cn-hangzhou");
        }
        if (!BUCKET.matcher(bucket).matches()) {
            throw StoreConfigurationException.wrong(
                    name,
                    "bucket",
                    bucket,
                    "a bucket's name is 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends");
        }
        Endpoint.check(name, endpoint);
        if (addressing == Addressing.VIRTUAL_HOST && Addressing.isNumeric(endpoint)) {
            throw StoreConfigurationException.wrong(
                    name, "addressing", addressing.label(), "no bucket can stand in front of an IP address; use path");
        }
        if (addressing == Addressing.VIRTUAL_HOST && endpoint.getHost().startsWith(bucket + ".oss-")) {
            throw StoreConfigurationException.wrong(
                    name, "endpoint", endpoint.toString(), "the bucket is put in front of it by itself; leave it out");
        }
    }

    /** Everything of an object's URL before its key: scheme, authority, in path style the bucket, and the slash. */
    public String objectBase() {
        String authority = endpoint.getRawAuthority();
        return endpoint.getScheme() + "://"
                + switch (addressing) {
                    case VIRTUAL_HOST -> bucket + "." + authority + "/";
                    case PATH -> authority + "/" + bucket + "/";
                    case CUSTOM_DOMAIN -> authority + "/";
                };
    }
}
