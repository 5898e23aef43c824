package io.tallyman.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of an object: in memory, a file read where it lies, or a few bytes over and over. Immutable; a file must not change while it is served. */
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

    /**
     * These bytes over and over, so that the largest object takes no memory. With a prime number of bytes no two ranges that begin at
     * round numbers look alike.
     */
    public static Content repeating(byte[] bytes, long sizeBytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("nothing cannot be repeated");
        }
        return new Content(bytes, null, sizeBytes);
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

        /** Fills the buffer from {@code position} on; never asked for more than there is. */
        void read(ByteBuffer into, long position) throws IOException {
            if (file == null) {
                for (long at = position; into.hasRemaining() && bytes.length > 0; ) {
                    int from = (int) (at % bytes.length);
                    int count = Math.min(into.remaining(), bytes.length - from);
                    into.put(bytes, from, count);
                    at += count;
                }
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
