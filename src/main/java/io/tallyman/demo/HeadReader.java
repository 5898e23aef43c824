package io.tallyman.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads request heads from one connection through one buffer; bytes after a head wait for the next. */
final class HeadReader {
    private static final int LARGEST_HEAD_BYTES = 64 * 1024;

    private final ReadableByteChannel channel;
    private byte[] buffered = new byte[8 * 1024];
    private int length;

    HeadReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** The text of the next head without its closing blank line; null where the client closed the connection. */
    @Nullable
    String next() throws IOException {
        int scanned = 0;
        while (true) {
            int end = endOfHead(scanned);
            if (end >= 0) {
                String head = new String(buffered, 0, end, StandardCharsets.ISO_8859_1);
                length -= end + 4;
                System.arraycopy(buffered, end + 4, buffered, 0, length);
                return head;
            }
            scanned = Math.max(0, length - 3);
            if (length == buffered.length) {
                if (length >= LARGEST_HEAD_BYTES) {
                    throw new IOException("request head longer than " + LARGEST_HEAD_BYTES + " bytes");
                }
                buffered = Arrays.copyOf(buffered, length * 2);
            }
            int read = channel.read(ByteBuffer.wrap(buffered, length, buffered.length - length));
            if (read < 0) {
                return null;
            }
            length += read;
        }
    }

    private int endOfHead(int from) {
        for (int i = from; i + 3 < length; i++) {
            if (buffered[i] == '\r' && buffered[i + 1] == '\n' && buffered[i + 2] == '\r' && buffered[i + 3] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
