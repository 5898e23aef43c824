package io.tallyman.transfer;

import io.tallyman.retry.Pace;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Keeps requests and bytes to a pace: whoever is too early parks its thread, and the server is slowed by what is not read. Thread-safe. */
public final class PacedClient implements ObjectClient {
    /** However slow, a read of less is not worth its cost. */
    private static final int SMALLEST_READ = 512;

    /** A new rate, or a stop, is heard of within this time. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    /** How a thread waits. */
    @FunctionalInterface
    interface Waiting {
        void forNanos(long nanos) throws InterruptedException;
    }

    private final ObjectClient client;
    private final Pace requests;
    private final Pace bytes;
    private final BooleanSupplier closed;
    private final Waiting waiting;

    /** @param closed whether no request is to be begun any more; whoever waits to begin one is interrupted then, as at a {@link Gate} */
    public PacedClient(ObjectClient client, Pace requests, Pace bytes, BooleanSupplier closed) {
        this(client, requests, bytes, closed, nanos -> Thread.sleep(Duration.ofNanos(nanos)));
    }

    PacedClient(ObjectClient client, Pace requests, Pace bytes, BooleanSupplier closed, Waiting waiting) {
        this.client = client;
        this.requests = requests;
        this.bytes = bytes;
        this.closed = closed;
        this.waiting = waiting;
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        return get(() -> url, headers);
    }

    @Override
    public <X extends Exception> Answer get(FreshUrl<X> url, Map<String, String> headers) throws IOException, X {
        await(requests.take(1), closed);
        return new PacedAnswer(client.get(url, headers));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private void await(Pace.Taken taken, BooleanSupplier cut) throws InterruptedIOException {
        try {
            for (long left = taken.waitNanos(); left > 0; left = taken.waitNanos()) {
                if (cut.getAsBoolean()) {
                    Thread.currentThread().interrupt();
                }
                waiting.forNanos(Math.min(left, LOOK_AGAIN_NANOS));
            }
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
                // What has begun may end, for as long as a stop lets it.
                await(bytes.take(count), () -> false);
            }
            return count;
        }
    }
}
