package io.tallyman.transfer;

import io.tallyman.retry.EndpointPressure;
import io.tallyman.retry.PressureChange;
import io.tallyman.retry.RetryBudget;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests to one endpoint wait for their turn; not for long, since whoever waits keeps an entry from other workers and a place
 * from other endpoints. Threads: any.
 */
public final class Gate {
    /** Longer than a first break of an endpoint that fails. */
    static final Duration PATIENCE = Duration.ofMillis(1_500);

    private static final long SHORTEST_AWAY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_AWAY_NANOS = Duration.ofSeconds(30).toNanos();

    private final LongSupplier nanoTime;
    private final EndpointPressure pressure;
    private final RetryBudget budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private int waiting;
    /** When the next of those that were sent away may come back. */
    private long backNanos;

    Gate(int most, LongSupplier nanoTime, Consumer<PressureChange> listener) {
        this.nanoTime = nanoTime;
        this.pressure = new EndpointPressure(most, nanoTime, listener);
        this.budget = new RetryBudget(most, nanoTime);
        this.backNanos = nanoTime.getAsLong();
    }

    /** How many requests may be under way at the moment, up to the configured most; 0 while there is a pause. */
    public int places() {
        lock.lock();
        try {
            return pressure.places();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a new one would be the same: nobody is here, and nothing holds anybody back. */
    boolean isAtRest() {
        lock.lock();
        try {
            return waiting == 0 && pressure.isAtRest();
        } finally {
            lock.unlock();
        }
    }

    /** What its retries are paid from. */
    public RetryBudget budget() {
        return budget;
    }

    /**
     * How long a new request is to stay away: until nothing is held back any more, or others that wait had their turn. Those sent away
     * come back one after the other.
     *
     * @return up to half a minute; zero where it may come
     */
    public Duration away() {
        lock.lock();
        try {
            boolean busy = waiting > 0 || pressure.isProbing() || pressure.pauseNanos() > 0;
            return busy ? sendAway() : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    private Duration sendAway() {
        long now = nanoTime.getAsLong();
        long first = now + Math.max(pressure.pauseNanos(), SHORTEST_AWAY_NANOS);
        long last = now + LONGEST_AWAY_NANOS;
        long back = backNanos - first > 0 ? backNanos : first;
        back = back - last > 0 ? last : back;
        backNanos = back + pressure.spacingNanos();
        return Duration.ofNanos(back - now);
    }

    /**
     * Waits for a place; the thread is interrupted where it was closed, as if whoever closed it had done so.
     *
     * @throws EndpointBusyException where there is none within {@link #PATIENCE}, as soon as that is known
     */
    Pass enter() throws InterruptedIOException, EndpointBusyException {
        lock.lock();
        waiting++;
        try {
            long untilNanos = nanoTime.getAsLong() + PATIENCE.toNanos();
            for (long wait = pressure.tryBegin(); wait > 0; wait = pressure.tryBegin()) {
                long left = untilNanos - nanoTime.getAsLong();
                if (closed) {
                    Thread.currentThread().interrupt();
                } else if (left <= 0 || pressure.pauseNanos() > left) {
                    throw new EndpointBusyException(sendAway());
                }
                changed.await(wait, TimeUnit.NANOSECONDS);
            }
            return new Pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the endpoint");
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Cuts short every wait, now and from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One request's leave to be under way. Used by one thread. */
    final class Pass {
        private final long begunNanos = nanoTime.getAsLong();
        private final int breaks = pressure.breaks();
        private boolean ended;

        void served() {
            tell(() -> pressure.served(breaks, nanoTime.getAsLong() - begunNanos));
        }

        void throttled(@Nullable Duration requested) {
            tell(() -> pressure.throttled(breaks, requested));
        }

        void failed() {
            tell(() -> pressure.failed(breaks));
        }

        void nothingLearnt() {
            tell(() -> pressure.nothingLearnt(breaks));
        }

        /** Its place is free; telling so again changes nothing. */
        void end() {
            if (!ended) {
                ended = true;
                tell(pressure::ended);
            }
        }

        private void tell(Runnable news) {
            lock.lock();
            try {
                news.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
