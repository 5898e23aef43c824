package io.tallyman.job;

import io.tallyman.transfer.Lease;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Knows without asking the database whether this worker may still act on what it claimed: not once others have declared it lost, and not
 * while they may have done so, that is when its last sign of life is as old as that takes (a stopped process, a lost network).
 *
 * <p>Time is monotonic and local, counted from before each sign of life was sent, so it errs on the side of giving up too early; but
 * not where the whole machine was suspended, for whose time this clock does not go on (CLOCK_MONOTONIC): until the next sign of life
 * only the fencing of the database knows. Threads: any.
 */
final class LeaseGuard implements Lease {
    private final long deadAfterNanos;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition known = lock.newCondition();
    private volatile long lastSignNanos;
    private volatile boolean lost;

    /** {@code patience} is how long to wait for a database that does not say whether the worker is lost. */
    LeaseGuard(Duration deadAfter, Duration patience, LongSupplier nanoTime) {
        this.deadAfterNanos = deadAfter.toNanos();
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
        this.lastSignNanos = nanoTime.getAsLong();
    }

    /** Notes a sign of life that the database has taken, sent at the given monotonic time. */
    void alive(long sentNanos) {
        lastSignNanos = sentNanos;
        tell();
    }

    /** Notes that others have declared this worker lost; there is no way back. */
    void lost() {
        lost = true;
        tell();
    }

    private void tell() {
        lock.lock();
        try {
            known.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitKnown() throws InterruptedException {
        lock.lock();
        try {
            long begun = nanoTime.getAsLong();
            long left = patienceNanos;
            while (!holds() && !lost && left > 0) {
                known.awaitNanos(left);
                left = patienceNanos - (nanoTime.getAsLong() - begun);
            }
            return holds();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    /** Whether what this worker claimed is still its own. */
    @Override
    public boolean holds() {
        return !lost && nanoTime.getAsLong() - lastSignNanos < deadAfterNanos;
    }
}
