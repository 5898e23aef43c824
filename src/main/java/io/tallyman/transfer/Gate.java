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

/** Where the requests to one endpoint wait for their turn. Threads: any. */
public final class Gate {
    private final LongSupplier nanoTime;
    private final EndpointPressure pressure;
    private final RetryBudget budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    Gate(int most, LongSupplier nanoTime, Consumer<PressureChange> listener) {
        this.nanoTime = nanoTime;
        this.pressure = new EndpointPressure(most, nanoTime, listener);
        this.budget = new RetryBudget(most, nanoTime);
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

    /** What its retries are paid from. */
    public RetryBudget budget() {
        return budget;
    }

    /** Waits for a place; the thread is interrupted where it was closed, as if whoever closed it had done so. */
    Pass enter() throws InterruptedIOException {
        lock.lock();
        try {
            for (long wait = pressure.tryBegin(); wait > 0; wait = pressure.tryBegin()) {
                if (closed) {
                    Thread.currentThread().interrupt();
                }
                changed.await(wait, TimeUnit.NANOSECONDS);
            }
            return new Pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the endpoint");
        } finally {
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
        private boolean ended;

        void served() {
            tell(() -> pressure.served(nanoTime.getAsLong() - begunNanos));
        }

        void throttled(@Nullable Duration requested) {
            tell(() -> pressure.throttled(requested));
        }

        void failed() {
            tell(pressure::failed);
        }

        void nothingLearnt() {
            tell(pressure::nothingLearnt);
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
