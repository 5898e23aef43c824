package io.tallyman.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Checksums of one content, computed with the JDK's digests and {@link TableCrc64} only.
 *
 * @param crc64 CRC-64/XZ; print it unsigned
 * @param md5 lower-case hex
 * @param sha256 lower-case hex
 */
public record Checksums(long crc64, String md5, String sha256) {

    /** Reads the content once. */
    public static Checksums of(Content content) {
        try (Content.Reading reading = content.open()) {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            TableCrc64 crc64 = new TableCrc64();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(64 * 1024, content.sizeBytes()));
            for (long at = 0; at < content.sizeBytes(); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), content.sizeBytes() - at));
                reading.read(buffer, at);
                md5.update(buffer.array(), 0, buffer.limit());
                sha256.update(buffer.array(), 0, buffer.limit());
                crc64.update(buffer.array(), 0, buffer.limit());
            }
            return new Checksums(
                    crc64.value(),
                    HexFormat.of().formatHex(md5.digest()),
                    HexFormat.of().formatHex(sha256.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 and SHA-256 are part of every JDK", e);
        }
    }

    /** CRC-64 as OSS prints it: unsigned decimal. */
    public String crc64Text() {
        return Long.toUnsignedString(crc64);
    }

    /** MD5 as Content-MD5 carries it. */
    public String contentMd5() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(md5));
    }
}
