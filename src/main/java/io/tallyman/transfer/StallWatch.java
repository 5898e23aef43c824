package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Cuts bodies that trickle: one that brings fewer bytes than a floor over a window is broken off as if nothing had come, so that a
 * server that sends a byte a second holds no place for hours. Only the time spent waiting for the network counts, not what
 * a slow disk or a pace of our own takes between two reads. Thread-safe.
 */
public final class StallWatch implements ObjectClient {
    private final ObjectClient client;
    private final long floorBytesPerSecond;
    private final Duration window;
    private final LongSupplier nanoTime;

    /** A floor of 0 cuts nothing. */
    public StallWatch(ObjectClient client, long floorBytesPerSecond, Duration window, LongSupplier nanoTime) {
        this.client = client;
        this.floorBytesPerSecond = floorBytesPerSecond;
        this.window = window;
        this.nanoTime = nanoTime;
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        Answer answer = client.get(url, headers);
        return floorBytesPerSecond == 0 ? answer : new WatchedAnswer(answer);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private final class WatchedAnswer extends ForwardedAnswer {
        private long waitedNanos;
        private long bytes;

        WatchedAnswer(Answer answer) {
            super(answer);
        }

        @Override
        int read(InputStream in, byte[] buffer, int offset, int length) throws IOException {
            long begun = nanoTime.getAsLong();
            int count = in.read(buffer, offset, length);
            waitedNanos += nanoTime.getAsLong() - begun;
            if (count > 0) {
                bytes += count;
                if (waitedNanos >= window.toNanos()) {
                    judge();
                }
            }
            return count;
        }

        private void judge() throws SocketTimeoutException {
            double perSecond = bytes / (waitedNanos / 1e9);
            if (perSecond < floorBytesPerSecond) {
                throw new SocketTimeoutException("%d bytes in %d s, below the floor of %d bytes/s"
                        .formatted(bytes, waitedNanos / 1_000_000_000, floorBytesPerSecond));
            }
            waitedNanos = 0;
            bytes = 0;
        }
    }
}
