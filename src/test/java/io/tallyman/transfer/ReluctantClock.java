package io.tallyman.transfer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A store's clock, at which it looks in every request: it lets the first request pass and keeps all others until so many bytes have
 * come with that one.
 */
final class ReluctantClock implements InstantSource {
    private CountDownLatch came = new CountDownLatch(0);
    private long missingBytes;
    private Thread first;

    /** From now on there is a first request again. */
    synchronized void keepAllButTheFirstUntil(long bytes) {
        came = new CountDownLatch(1);
        missingBytes = bytes;
        first = null;
    }

    synchronized void received(long bytes) {
        missingBytes -= bytes;
        if (missingBytes <= 0) {
            came.countDown();
        }
    }

    @Override
    public Instant instant() {
        try {
            if (!waits().await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the bytes did not come");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Instant.now();
    }

    private synchronized CountDownLatch waits() {
        if (first == null) {
            first = Thread.currentThread();
        }
        return first == Thread.currentThread() ? new CountDownLatch(0) : came;
    }
}
