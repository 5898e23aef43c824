package io.tallyman.transfer;

import java.io.Closeable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Cuts requests one step of which takes too long, however busily it goes on: a socket's own timeout begins anew with each byte, so that a
 * head, a TLS handshake or the size of a chunk could trickle for days. A step is either all that comes before an answer's body,
 * from connecting on, or one read of the body. A step may take a tick longer than its limit. Thread-safe.
 */
final class Deadlines implements Closeable {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final long headNanos;
    private final long readNanos;
    private final LongSupplier nanoTime;
    private final long tickNanos;
    private final long startNanos;
    private final Set<TimedRequest> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean resting;
    private volatile boolean closed;

    /** {@code stallWindow} is how much longer than the longest silence one read of a body may take. */
    Deadlines(TransferSettings settings, Duration stallWindow) {
        this(settings, stallWindow, System::nanoTime, TICK);
    }

    /** The same with another clock, looked at after each tick of the real time. */
    Deadlines(TransferSettings settings, Duration stallWindow, LongSupplier nanoTime, Duration tick) {
        // Once for the connection, once for its TLS handshake, as the settings say.
        this.headNanos = nanos(settings.connectTimeout().multipliedBy(2).plus(settings.idleTimeout()));
        this.readNanos = nanos(settings.idleTimeout().plus(stallWindow));
        this.nanoTime = nanoTime;
        this.tickNanos = nanos(tick);
        this.startNanos = nanoTime.getAsLong();
        this.thread = Thread.ofVirtual().name("deadlines").start(this::lookUntilClosed);
    }

    /** Far below what the time so far could make overflow. */
    private static long nanos(Duration duration) {
        return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 2);
    }

    /** What all that comes before an answer's body may take. */
    long headNanos() {
        return headNanos;
    }

    /** What one read of a body may take. */
    long readNanos() {
        return readNanos;
    }

    /** Since these deadlines were made, never negative. */
    long now() {
        return nanoTime.getAsLong() - startNanos;
    }

    void watch(TimedRequest request) {
        watched.add(request);
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    void forget(TimedRequest request) {
        watched.remove(request);
    }

    int watched() {
        return watched.size();
    }

    private void lookUntilClosed() {
        while (!closed) {
            // Said before it is looked whether there are requests, so that none that comes in between is overlooked.
            resting = true;
            if (watched.isEmpty()) {
                LockSupport.park(this);
            } else {
                resting = false;
                LockSupport.parkNanos(this, tickNanos);
                look();
            }
        }
    }

    private void look() {
        long now = now();
        for (TimedRequest request : watched) {
            request.cutIfLate(now);
        }
    }

    /** Nothing is cut any more when this returns. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(thread);
    }
}
