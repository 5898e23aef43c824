package io.tallyman.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers GET and HEAD of an object as OSS does: who may, which version, which part, under which headers. Thread-safe. */
final class ObjectResponder {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final long SLOWEST_BITS_PER_SECOND = 245_760;
    private static final long FASTEST_BITS_PER_SECOND = 838_860_800;

    /** Query parameter to the header it overrides. */
    private static final Map<String, String> OVERRIDES = Map.of(
            "response-content-type", "Content-Type",
            "response-content-language", "Content-Language",
            "response-expires", "Expires",
            "response-cache-control", "Cache-Control",
            "response-content-disposition", "Content-Disposition",
            "response-content-encoding", "Content-Encoding");

    private final Map<String, StandInBucket> buckets;
    private final RequestAuthenticator authenticator;

    ObjectResponder(Map<String, StandInBucket> buckets, RequestAuthenticator authenticator) {
        this.buckets = buckets;
        this.authenticator = authenticator;
    }

    /** The fault-free answer, or {@link RequestRefusedException}. */
    Answer answer(RequestHead head, RequestedObject requested) {
        boolean get = head.method().equals("GET");
        if (!get && !head.method().equals("HEAD")) {
            throw Refusal.of(
                            405,
                            "MethodNotAllowed",
                            "The specified method is not allowed against this resource.",
                            "0002-00000010")
                    .withDetail("Method", head.method())
                    .withHeader("Allow", "GET, HEAD")
                    .asException();
        }
        boolean signed = RequestAuthenticator.isSigned(requested);
        if (signed) {
            authenticator.authenticate(head, requested);
        }
        StoredObject object = find(requested, signed);
        if (get && !object.readable()) {
            throw Refusal.of(
                            403,
                            "InvalidObjectState",
                            "The operation is not valid for the object's state",
                            "0016-00000701")
                    .withDetail("ObjectName", requested.key())
                    .asException();
        }
        long bitsPerSecond = trafficLimit(head, requested);
        Map<String, String> headers = headers(object, requested);
        if (Preconditions.notModified(head, object)) {
            return new Answer(304, headers, object.content(), 0, 0, 0);
        }
        long size = object.content().sizeBytes();
        boolean standard = "standard".equals(head.header("x-oss-range-behavior"));
        ByteRange range = get ? ByteRange.of(head.header("range"), size, standard) : null;
        if (range == null) {
            return new Answer(200, headers, object.content(), 0, size, bitsPerSecond);
        }
        headers.put("Content-Range", contentRange(range.offset(), range.length(), size));
        return new Answer(206, headers, object.content(), range.offset(), range.length(), bitsPerSecond);
    }

    static String contentRange(long offset, long length, long sizeBytes) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + sizeBytes;
    }

    private StoredObject find(RequestedObject requested, boolean signed) {
        StandInBucket bucket = buckets.get(requested.bucket());
        if (bucket == null) {
            throw Refusal.of(404, "NoSuchBucket", "The specified bucket does not exist.", "0015-00000101")
                    .withDetail("BucketName", requested.bucket())
                    .asException();
        }
        if (requested.key().isEmpty()) {
            throw Refusal.of(501, "NotImplemented", "The stand-in answers objects only.", "0002-00000011")
                    .asException();
        }
        String versionId = requested.parameter("versionId");
        StoredVersion version = bucket.find(requested.key(), versionId);
        boolean publicRead = bucket.isPublicRead() || (version instanceof StoredObject o && o.publicRead());
        if (!signed && !publicRead) {
            throw Refusal.of(
                            403,
                            "AccessDenied",
                            "You have no right to access this object because of bucket acl.",
                            "0003-00000001")
                    .asException();
        }
        if (!signed && OVERRIDES.keySet().stream().anyMatch(requested.parameters()::containsKey)) {
            throw Refusal.of(
                            400,
                            "InvalidRequest",
                            "Request-specific response headers cannot be used for anonymous GET requests.",
                            "0002-00000701")
                    .asException();
        }
        return switch (version) {
            case null -> throw missing(requested, versionId).asException();
            case DeleteMarker marker ->
                throw (versionId == null ? missing(requested, null) : markerItself())
                        .withHeader("x-oss-delete-marker", "true")
                        .withHeader("x-oss-version-id", marker.versionId())
                        .asException();
            case StoredObject object -> object;
        };
    }

    private static Refusal missing(RequestedObject requested, @Nullable String versionId) {
        return versionId == null
                ? Refusal.of(404, "NoSuchKey", "The specified key does not exist.", "0026-00000001")
                        .withDetail("Key", requested.key())
                : Refusal.of(404, "NoSuchVersion", "The specified version does not exist.", "0026-00000002")
                        .withDetail("Key", requested.key())
                        .withDetail("VersionId", versionId);
    }

    private static Refusal markerItself() {
        return Refusal.of(
                405, "MethodNotAllowed", "The specified method is not allowed against this resource.", "0026-00000003");
    }

    private static long trafficLimit(RequestHead head, RequestedObject requested) {
        String text = requested.parameter("x-oss-traffic-limit");
        if (text == null) {
            text = head.header("x-oss-traffic-limit");
        }
        if (text == null) {
            return 0;
        }
        long limit = DIGITS.matcher(text).matches() ? Long.parseLong(text) : -1;
        if (limit < SLOWEST_BITS_PER_SECOND || limit > FASTEST_BITS_PER_SECOND) {
            throw Refusal.of(
                            400,
                            "InvalidArgument",
                            "The traffic limit must be between 245760 and 838860800 bit/s.",
                            "0002-00000702")
                    .withDetail("ArgumentName", "x-oss-traffic-limit")
                    .withDetail("ArgumentValue", text)
                    .asException();
        }
        return limit;
    }

    private static Map<String, String> headers(StoredObject object, RequestedObject requested) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", object.contentType());
        headers.put("Accept-Ranges", "bytes");
        headers.put("ETag", object.etag());
        headers.put("Last-Modified", Preconditions.httpDate(object.lastModified()));
        headers.put("x-oss-object-type", object.objectType());
        headers.put("x-oss-storage-class", object.storageClass());
        if (object.crc64() != null) {
            headers.put("x-oss-hash-crc64ecma", Long.toUnsignedString(object.crc64()));
        }
        if (object.contentMd5() != null) {
            headers.put("Content-MD5", object.contentMd5());
        }
        if (!object.versionId().equals("null")) {
            headers.put("x-oss-version-id", object.versionId());
        }
        if (object.contentEncoding() != null) {
            headers.put("Content-Encoding", object.contentEncoding());
        }
        if (object.storageClass().equals("Archive") && object.readable()) {
            headers.put("x-oss-restore", "ongoing-request=\"false\"");
        }
        OVERRIDES.forEach((parameter, header) -> {
            String value = requested.parameter(parameter);
            // A line break would let a URL write headers of its own.
            if (value != null && value.chars().allMatch(c -> c >= 0x20 && c != 0x7f)) {
                headers.put(header, value);
            }
        });
        return headers;
    }
}
