package io.tallyman.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds bucket and key in a request: by custom domain, by {@code bucket.<endpoint>} in Host, else in the path.
 *
 * @param endpoints host names (no port) under which buckets are virtual hosts
 * @param customDomains host name to bucket
 * @param refusePathStyle refuse path style as the public service does (403 SecondLevelDomainForbidden)
 */
record Addressing(List<String> endpoints, Map<String, String> customDomains, boolean refusePathStyle) {

    RequestedObject resolve(RequestHead head) {
        if (!head.target().startsWith("/")) {
            throw Refusal.of(
                            400,
                            "InvalidURI",
                            "Only the origin and the absolute form of a request target are understood.",
                            "0002-00000501")
                    .asException();
        }
        int question = head.target().indexOf('?');
        String path = question < 0 ? head.target() : head.target().substring(0, question);
        Map<String, String> parameters = question < 0
                ? Map.of()
                : RequestedObject.parseQuery(head.target().substring(question + 1));
        String host = hostWithoutPort(head.headers().getOrDefault("host", ""));

        String ownDomain = customDomains.get(host);
        if (ownDomain != null) {
            return new RequestedObject(ownDomain, PercentCoding.decode(path.substring(1), false), parameters);
        }
        for (String endpoint : endpoints) {
            if (host.endsWith("." + endpoint)) {
                String bucket = host.substring(0, host.length() - endpoint.length() - 1);
                return new RequestedObject(bucket, PercentCoding.decode(path.substring(1), false), parameters);
            }
        }
        if (refusePathStyle) {
            throw Refusal.of(
                            403,
                            "SecondLevelDomainForbidden",
                            "The bucket you are attempting to access must be addressed using OSS third level domain.",
                            "0016-00000901")
                    .asException();
        }
        int slash = path.indexOf('/', 1);
        String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        return new RequestedObject(PercentCoding.decode(bucket, false), PercentCoding.decode(key, false), parameters);
    }

    private static String hostWithoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    }
}
