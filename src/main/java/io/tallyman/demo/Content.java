package io.tallyman.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of an object: in memory, or a file read where it lies. Immutable; a file must not change while it is served. */
public final class Content {
    private final byte[] bytes;
    private final @Nullable Path file;
    private final long sizeBytes;

    private Content(byte[] bytes, @Nullable Path file, long sizeBytes) {
        this.bytes = bytes;
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    /** Bytes in memory, not copied. */
    public static Content of(byte[] bytes) {
        return new Content(bytes, null, bytes.length);
    }

    /** A file, not copied. */
    public static Content of(Path file) {
        try {
            return new Content(new byte[0], file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Length in bytes, as it was when this was made. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Opens the bytes for reading; close it afterwards. */
    Reading open() throws IOException {
        return new Reading(bytes, file == null ? null : FileChannel.open(file));
    }

    /** One reader's view. Not thread-safe. */
    record Reading(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes,
            @Nullable FileChannel file) implements AutoCloseable {

        /** Fills the buffer from {@code position} on, as far as both reach. */
        void read(ByteBuffer into, long position) throws IOException {
            if (file == null) {
                int from = (int) position;
                into.put(bytes, from, Math.min(into.remaining(), bytes.length - from));
                return;
            }
            long at = position;
            while (into.hasRemaining()) {
                int read = file.read(into, at);
                if (read < 0) {
                    throw new IOException("the file behind an object became shorter");
                }
                at += read;
            }
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }
}
