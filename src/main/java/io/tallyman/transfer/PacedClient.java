package io.tallyman.transfer;

import io.tallyman.retry.Pace;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Map;

/** Keeps requests and bytes to a pace: whoever is too early parks its thread, and the server is slowed by what is not read. Thread-safe. */
public final class PacedClient implements ObjectClient {
    /** However slow, a read of less is not worth its cost. */
    private static final int SMALLEST_READ = 512;

    /** How a thread waits. */
    @FunctionalInterface
    interface Waiting {
        void forNanos(long nanos) throws InterruptedException;
    }

    private final ObjectClient client;
    private final Pace requests;
    private final Pace bytes;
    private final Waiting waiting;

    public PacedClient(ObjectClient client, Pace requests, Pace bytes) {
        this(client, requests, bytes, nanos -> Thread.sleep(java.time.Duration.ofNanos(nanos)));
    }

    PacedClient(ObjectClient client, Pace requests, Pace bytes, Waiting waiting) {
        this.client = client;
        this.requests = requests;
        this.bytes = bytes;
        this.waiting = waiting;
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        return get(() -> url, headers);
    }

    @Override
    public <X extends Exception> Answer get(FreshUrl<X> url, Map<String, String> headers) throws IOException, X {
        await(requests.take(1));
        return new PacedAnswer(client.get(url, headers));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private void await(long nanos) throws InterruptedIOException {
        if (nanos <= 0) {
            return;
        }
        try {
            waiting.forNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while keeping to the pace");
        }
    }

    private final class PacedAnswer extends ForwardedAnswer {
        PacedAnswer(Answer answer) {
            super(answer);
        }

        @Override
        int read(InputStream in, byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, bytes.portion(SMALLEST_READ, length));
            if (count > 0) {
                await(bytes.take(count));
            }
            return count;
        }
    }
}
