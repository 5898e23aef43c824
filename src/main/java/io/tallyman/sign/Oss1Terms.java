package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a request's headers and parameters add to every V1 URL made with them, written out once. Immutable. */
final class Oss1Terms {
    /**
     * The parameters that V1 signs, all others it leaves alone: the union of the lists in Alibaba's SDKs for Java (both), Python
     * and Go. As in Go every {@code x-oss-*} is signed too; the other lists only name those that were known when they were written.
     */
    private static final Set<String> SUB_RESOURCES = Set.of(
            "accessPoint",
            "accessPointPolicy",
            "acl",
            "append",
            "asyncFetch",
            "bucketArchiveDirectRead",
            "bucketInfo",
            "callback",
            "callback-var",
            "cleanRestoredObject",
            "cloudboxes",
            "cname",
            "comp",
            "continuation-token",
            "cors",
            "delete",
            "encryption",
            "endTime",
            "group",
            "httpsConfig",
            "img",
            "inventory",
            "inventoryId",
            "lifecycle",
            "link",
            "live",
            "location",
            "logging",
            "metaQuery",
            "objectInfo",
            "objectMeta",
            "partNumber",
            "policy",
            "policyStatus",
            "position",
            "processConfiguration",
            "publicAccessBlock",
            "qos",
            "qosInfo",
            "redundancyTransition",
            "referer",
            "regionList",
            "replication",
            "replicationLocation",
            "replicationProgress",
            "requestPayment",
            "resourceGroup",
            "response-cache-control",
            "response-content-disposition",
            "response-content-encoding",
            "response-content-language",
            "response-content-type",
            "response-expires",
            "restore",
            "seal",
            "security-token",
            "sequential",
            "startTime",
            "stat",
            "status",
            "style",
            "styleName",
            "symlink",
            "tagging",
            "transferAcceleration",
            "udf",
            "udfApplication",
            "udfApplicationLog",
            "udfImage",
            "udfImageDesc",
            "udfName",
            "uploadId",
            "uploads",
            "versionId",
            "versioning",
            "versions",
            "vip",
            "vod",
            "vpcip",
            "website",
            "worm",
            "wormExtend",
            "wormId");

    private final Map<String, String> givenHeaders;
    private final Map<String, String> params;

    /** The string to sign up to the expiry: method, Content-MD5, Content-Type. */
    final byte[] head;
    /** Behind the expiry: the line's end and the OSS headers. */
    final byte[] headers;
    // Sub-resources around the two that are not the terms', each with an ampersand after it.
    final byte[] beforeToken;
    final byte[] beforeVersionId;
    final byte[] afterVersionId;
    /** All parameters as they stand in the URL, each with an ampersand after it. */
    final byte[] query;
    /** What the client must send, names as they were given and values trimmed. */
    final Map<String, String> signedHeaders;

    /** @param scratch overwritten */
    Oss1Terms(SignRequest request, Ink scratch) {
        givenHeaders = request.headers();
        params = request.params();

        SortedMap<String, String> byLowerCase = new TreeMap<>();
        SortedMap<String, String> signed = new TreeMap<>();
        givenHeaders.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-oss-") || lower.equals("content-type") || lower.equals("content-md5")) {
                byLowerCase.put(lower, value.trim());
                signed.put(name, value.trim());
            }
        });
        signedHeaders = Map.copyOf(signed);
        head = utf8("GET\n" + byLowerCase.getOrDefault("content-md5", "") + "\n"
                + byLowerCase.getOrDefault("content-type", "") + "\n");
        StringBuilder ossHeaders = new StringBuilder("\n");
        byLowerCase
                .tailMap("x-oss-")
                .forEach((name, value) ->
                        ossHeaders.append(name).append(':').append(value).append('\n'));
        headers = utf8(ossHeaders.toString());

        NavigableMap<String, String> subResources = new TreeMap<>();
        scratch.clear();
        // In an order of their own: a map of the JDK's immutable kind has another in every process.
        new TreeMap<>(params).forEach((name, value) -> {
            if (name.startsWith("x-oss-") || SUB_RESOURCES.contains(name)) {
                subResources.put(name, value);
            }
            scratch.putQuery(name);
            if (!value.isEmpty()) {
                scratch.put('=').putQuery(value);
            }
            scratch.put('&');
        });
        query = scratch.copy();
        beforeToken = pairs(subResources.headMap("security-token", false));
        beforeVersionId = pairs(subResources.subMap("security-token", false, "versionId", false));
        afterVersionId = pairs(subResources.tailMap("versionId", false));
    }

    /** Whether these are the terms of that request; known at once where it shares the map objects. */
    boolean fit(SignRequest request) {
        return givenHeaders.equals(request.headers()) && params.equals(request.params());
    }

    private static byte[] pairs(SortedMap<String, String> raw) {
        StringBuilder text = new StringBuilder();
        raw.forEach((name, value) -> text.append(pair(name, value)));
        return utf8(text.toString());
    }

    private static String pair(String name, String value) {
        return value.isEmpty() ? name + "&" : name + "=" + value + "&";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
