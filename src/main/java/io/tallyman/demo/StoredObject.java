package io.tallyman.demo;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One version of one object with what OSS says about it.
 *
 * @param etag with its quotes: the MD5 in upper-case hex, for multipart objects an opaque id and {@code -N}
 * @param crc64 what {@code x-oss-hash-crc64ecma} says; null where the store kept none
 * @param contentMd5 null except for Normal objects
 * @param objectType Normal, Multipart, Appendable
 * @param versionId {@code "null"} where the bucket keeps no versions
 * @param storageClass Standard, IA, Archive ...
 * @param readable false for an archived object that was not restored
 * @param contentEncoding as stored; null for none
 * @param publicRead true where anybody may read it without a signature
 */
public record StoredObject(
        Content content,
        String etag,
        @Nullable Long crc64,
        @Nullable String contentMd5,
        String objectType,
        String versionId,
        Instant lastModified,
        String storageClass,
        boolean readable,
        String contentType,
        @Nullable String contentEncoding,
        boolean publicRead)
        implements StoredVersion {

    private static final Instant LONG_AGO = Instant.parse("2024-02-29T12:34:56Z");

    /** An object written in one request (type Normal). */
    public static StoredObject of(byte[] bytes) {
        return of(Content.of(bytes));
    }

    /** An object served from a file, not copied (type Normal). */
    public static StoredObject of(Path file) {
        return of(Content.of(file));
    }

    private static StoredObject of(Content content) {
        return of(content, Checksums.of(content));
    }

    /** An object whose checksums are already known. */
    static StoredObject of(Content content, Checksums sums) {
        return new StoredObject(
                content,
                '"' + sums.md5().toUpperCase(Locale.ROOT) + '"',
                sums.crc64(),
                sums.contentMd5(),
                "Normal",
                "null",
                LONG_AGO,
                "Standard",
                true,
                "application/octet-stream",
                null,
                false);
    }

    /** The same bytes as if uploaded in parts: no MD5, an ETag that is none. */
    public StoredObject multipart(int parts) {
        String opaque = etag.substring(1, etag.length() - 1);
        String reversed = new StringBuilder(opaque).reverse().toString();
        return new StoredObject(
                content,
                '"' + reversed + '-' + parts + '"',
                crc64,
                null,
                "Multipart",
                versionId,
                lastModified,
                storageClass,
                readable,
                contentType,
                contentEncoding,
                publicRead);
    }

    /** As an object older than OSS's CRC, or a copied one. */
    public StoredObject withoutCrc64() {
        return new StoredObject(
                content,
                etag,
                null,
                contentMd5,
                objectType,
                versionId,
                lastModified,
                storageClass,
                readable,
                contentType,
                contentEncoding,
                publicRead);
    }

    /** As the given version. */
    public StoredObject withVersionId(String id) {
        return new StoredObject(
                content,
                etag,
                crc64,
                contentMd5,
                objectType,
                id,
                lastModified,
                storageClass,
                readable,
                contentType,
                contentEncoding,
                publicRead);
    }

    /** Last written at the given time. */
    public StoredObject withLastModified(Instant time) {
        return new StoredObject(
                content,
                etag,
                crc64,
                contentMd5,
                objectType,
                versionId,
                time,
                storageClass,
                readable,
                contentType,
                contentEncoding,
                publicRead);
    }

    /** Archived: refused with InvalidObjectState until restored. */
    public StoredObject archived(boolean restored) {
        return new StoredObject(
                content,
                etag,
                crc64,
                contentMd5,
                objectType,
                versionId,
                lastModified,
                "Archive",
                restored,
                contentType,
                contentEncoding,
                publicRead);
    }

    /** With the Content-Type and Content-Encoding it was stored with. */
    public StoredObject withContentType(String type, @Nullable String encoding) {
        return new StoredObject(
                content,
                etag,
                crc64,
                contentMd5,
                objectType,
                versionId,
                lastModified,
                storageClass,
                readable,
                type,
                encoding,
                publicRead);
    }

    /** Readable by anybody. */
    public StoredObject withPublicRead() {
        return new StoredObject(
                content,
                etag,
                crc64,
                contentMd5,
                objectType,
                versionId,
                lastModified,
                storageClass,
                readable,
                contentType,
                contentEncoding,
                true);
    }
}
