package io.tallyman.demo;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One version of one object with what OSS says about it. Immutable: what changes one returns a copy. */
public final class StoredObject implements StoredVersion {
    private static final Instant LONG_AGO = Instant.parse("2024-02-29T12:34:56Z");

    // Written by the constructors and by with() before anybody else sees the copy.
    private final Content content;
    private String etag;
    private @Nullable Long crc64;
    private @Nullable String contentMd5;
    private String objectType = "Normal";
    private String versionId = "null";
    private Instant lastModified = LONG_AGO;
    private String storageClass = "Standard";
    private boolean readable = true;
    private String contentType = "application/octet-stream";
    private @Nullable String contentEncoding;
    private boolean publicRead;

    private StoredObject(Content content, Checksums sums) {
        this.content = content;
        etag = '"' + sums.md5().toUpperCase(Locale.ROOT) + '"';
        crc64 = sums.crc64();
        contentMd5 = sums.contentMd5();
    }

    private StoredObject(StoredObject other) {
        content = other.content;
        etag = other.etag;
        crc64 = other.crc64;
        contentMd5 = other.contentMd5;
        objectType = other.objectType;
        versionId = other.versionId;
        lastModified = other.lastModified;
        storageClass = other.storageClass;
        readable = other.readable;
        contentType = other.contentType;
        contentEncoding = other.contentEncoding;
        publicRead = other.publicRead;
    }

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
        return new StoredObject(content, sums);
    }

    /** An object uploaded in parts whose checksum is known already. */
    public static StoredObject multipart(Content content, String etag, long crc64) {
        return new StoredObject(content, new Checksums(crc64, "", "")).with(copy -> {
            copy.etag = etag;
            copy.contentMd5 = null;
            copy.objectType = "Multipart";
        });
    }

    /** The same bytes as if uploaded in parts: no MD5, an ETag that is none. */
    public StoredObject multipart(int parts) {
        String opaque = new StringBuilder(etag.replace("\"", "")).reverse().toString();
        return with(copy -> {
            copy.etag = '"' + opaque + '-' + parts + '"';
            copy.contentMd5 = null;
            copy.objectType = "Multipart";
        });
    }

    /** As an object older than OSS's CRC, or a copied one. */
    public StoredObject withoutCrc64() {
        return with(copy -> copy.crc64 = null);
    }

    /** As the given version. */
    public StoredObject withVersionId(String id) {
        return with(copy -> copy.versionId = id);
    }

    /** Last written at the given time. */
    public StoredObject withLastModified(Instant time) {
        return with(copy -> copy.lastModified = time);
    }

    /** Archived: refused with InvalidObjectState until restored. */
    public StoredObject archived(boolean restored) {
        return with(copy -> {
            copy.storageClass = "Archive";
            copy.readable = restored;
        });
    }

    /** With the Content-Type and Content-Encoding it was stored with. */
    public StoredObject withContentType(String type, @Nullable String encoding) {
        return with(copy -> {
            copy.contentType = type;
            copy.contentEncoding = encoding;
        });
    }

    /** Readable by anybody. */
    public StoredObject withPublicRead() {
        return with(copy -> copy.publicRead = true);
    }

    private StoredObject with(Consumer<StoredObject> change) {
        StoredObject copy = new StoredObject(this);
        change.accept(copy);
        return copy;
    }

    Content content() {
        return content;
    }

    /** With its quotes: the MD5 in upper-case hex, for multipart objects an opaque id and {@code -N}. */
    public String etag() {
        return etag;
    }

    /** What {@code x-oss-hash-crc64ecma} says; null where the store kept none. */
    public @Nullable Long crc64() {
        return crc64;
    }

    /** Null except for Normal objects. */
    public @Nullable String contentMd5() {
        return contentMd5;
    }

    /** Normal, Multipart, Appendable. */
    public String objectType() {
        return objectType;
    }

    /** {@code "null"} where the bucket keeps no versions. */
    @Override
    public String versionId() {
        return versionId;
    }

    public Instant lastModified() {
        return lastModified;
    }

    /** Standard, IA, Archive ... */
    public String storageClass() {
        return storageClass;
    }

    /** False for an archived object that was not restored. */
    public boolean readable() {
        return readable;
    }

    public String contentType() {
        return contentType;
    }

    /** As stored; null for none. */
    public @Nullable String contentEncoding() {
        return contentEncoding;
    }

    /** True where anybody may read it without a signature. */
    public boolean publicRead() {
        return publicRead;
    }
}
