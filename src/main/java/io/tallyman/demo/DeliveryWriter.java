package io.tallyman.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Puts deliveries on one connection: a small answer in one write, a file by the kernel, a fault byte by byte as told. */
final class DeliveryWriter {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] FILLER = new byte[BUFFER_BYTES];

    static {
        Arrays.fill(FILLER, (byte) 'Z');
    }

    private final SocketChannel channel;
    private final CountDownLatch closing;

    DeliveryWriter(SocketChannel channel, CountDownLatch closing) {
        this.channel = channel;
        this.closing = closing;
    }

    /** Writes head and body; counts body bytes on {@code sighting} as they are handed over. */
    void write(Delivery delivery, boolean lastOnConnection, boolean headOnly, Sighting sighting) throws IOException {
        ByteBuffer head = ByteBuffer.wrap(delivery.head(lastOnConnection));
        long bytes = headOnly || delivery.answer().status() == 304 ? 0 : delivery.sendBytes();
        if (bytes == 0 && delivery.framing() != Delivery.Framing.CHUNKED) {
            writeAll(head);
            return;
        }
        if (headOnly) {
            writeAll(head);
            return;
        }
        try (Content.Reading reading = delivery.answer().content().open()) {
            boolean plain = delivery.framing() != Delivery.Framing.CHUNKED
                    && delivery.flippedByte() < 0
                    && delivery.pace() == null
                    && bytes <= delivery.answer().lengthBytes();
            FileChannel file = reading.file();
            if (plain && file != null && bytes > BUFFER_BYTES) {
                writeAll(head);
                transfer(file, delivery.answer().offset(), bytes, sighting);
            } else {
                copy(reading, delivery, head, bytes, sighting);
            }
        }
    }

    private void transfer(FileChannel file, long offset, long bytes, Sighting sighting) throws IOException {
        long end = offset + bytes;
        for (long at = offset; at < end; ) {
            long sent = file.transferTo(at, Math.min(end - at, 1 << 20), channel);
            if (sent <= 0) {
                // The socket is full, and the kernel's way does not wait: asked again and again it would keep the
                // carrier
                // thread from the very client that has to empty it. Writing does wait.
                sent = writePortion(file, at, end);
            }
            sighting.add(sent);
            at += sent;
        }
    }

    private long writePortion(FileChannel file, long at, long end) throws IOException {
        ByteBuffer portion = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, end - at));
        int count = file.read(portion, at);
        if (count < 0) {
            throw new IOException("the file behind an object became shorter");
        }
        writeAll(portion.flip());
        return count;
    }

    private void copy(Content.Reading reading, Delivery delivery, ByteBuffer head, long bytes, Sighting sighting)
            throws IOException {
        Delivery.Pace pace = delivery.pace();
        boolean chunked = delivery.framing() == Delivery.Framing.CHUNKED;
        int portion = pace == null ? BUFFER_BYTES : Math.min(BUFFER_BYTES, pace.bytes());
        ByteBuffer body = ByteBuffer.allocate((int) Math.min(portion, Math.max(bytes, 1)));
        long started = System.nanoTime();
        ByteBuffer before = head;
        long sinceStart = 0;
        for (long at = 0; at < bytes; at += body.limit()) {
            if (pace != null && at > 0) {
                // Against the plan, not since the last write: a late write must not slow the whole.
                long due = pace.interval().toNanos() * (sinceStart / pace.bytes());
                pause(due - (System.nanoTime() - started));
            }
            body.clear().limit((int) Math.min(body.capacity(), bytes - at));
            fill(reading, delivery, at, body);
            sinceStart += body.limit();
            sighting.add(body.limit());
            if (chunked) {
                ByteBuffer size = ascii(Integer.toHexString(body.limit()) + "\r\n");
                writeAll(before, size, body, ascii("\r\n"));
            } else {
                writeAll(before, body);
            }
            before = ByteBuffer.allocate(0);
        }
        if (chunked) {
            boolean whole = delivery.ending() == Delivery.Ending.KEEP_ALIVE;
            writeAll(before, whole ? ascii("0\r\n\r\n") : ascii(""));
        }
    }

    private static void fill(Content.Reading reading, Delivery delivery, long at, ByteBuffer body) throws IOException {
        Answer answer = delivery.answer();
        int limit = body.limit();
        if (at < answer.lengthBytes()) {
            body.limit((int) Math.min(limit, answer.lengthBytes() - at));
            reading.read(body, answer.offset() + at);
            body.limit(limit);
        }
        body.put(FILLER, 0, body.remaining());
        body.flip();
        long flipped = delivery.flippedByte() - at;
        if (flipped >= 0 && flipped < limit) {
            body.put((int) flipped, (byte) (body.get((int) flipped) ^ 1));
        }
    }

    /** Waits, or less where the server closes meanwhile. */
    void pause(long nanos) throws IOException {
        try {
            if (nanos > 0 && closing.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("the stand-in closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void writeAll(ByteBuffer... parts) throws IOException {
        long left = 0;
        for (ByteBuffer part : parts) {
            left += part.remaining();
        }
        while (left > 0) {
            left -= channel.write(parts);
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
