package io.tallyman.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a death costs a large object. The lanes record what has come whenever another {@value #INTERVALS}th of it has:
 * whoever brings the interval's last byte writes a few lines that wait for no disk, so no thread that gets no processor lets
 * the record fall behind. A thread of its own forces them to disk every 64 MiB or second; nobody interrupts it, since that
 * would close the file for all.
 */
final class Keeper {
    /** A death of the process costs half an interval on average. */
    private static final int INTERVALS = 64;

    private static final long SMALLEST_INTERVAL_BYTES = 64 * 1024;

    /** So much a death of the machine costs, or a second's, and what comes while the disk is waited for. */
    private static final long UNSECURED_BYTES = 64L << 20;

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final PartMap map;
    private final Landing landing;
    private final Interval unrecorded;
    private final Interval unsecured = new Interval(UNSECURED_BYTES, LONGEST);
    /** A lane that ends the next interval meanwhile waits, so that nobody gets further ahead of the record. */
    private final ReentrantLock recording = new ReentrantLock();

    private final Thread securing;
    /** Whether there is something to secure. */
    private final AtomicBoolean due = new AtomicBoolean();

    private volatile boolean ending;
    private volatile @Nullable IOException failure;

    Keeper(PartMap map, Landing landing) {
        this.map = map;
        this.landing = landing;
        this.unrecorded = new Interval(
                Math.clamp(map.totalBytes() / INTERVALS, SMALLEST_INTERVAL_BYTES, UNSECURED_BYTES), LONGEST);
        this.securing = Thread.ofVirtual().name("keeper").unstarted(this::secureUntilTheEnd);
    }

    void start() {
        securing.start();
    }

    /** Told by the lanes what they have put into the file. The caller must not be interrupted meanwhile. */
    void written(int bytes) throws IOException {
        if (unrecorded.endsWith(bytes)) {
            record();
        }
        if (unsecured.endsWith(bytes)) {
            due.set(true);
            LockSupport.unpark(securing);
        }
    }

    private void record() throws IOException {
        recording.lock();
        try {
            landing.keep(map.soFar());
        } finally {
            recording.unlock();
        }
    }

    private void secureUntilTheEnd() {
        try {
            // What is waited for in there may use up a wake-up of ours, so none is relied upon before both flags are
            // looked at.
            while (!ending) {
                if (due.getAndSet(false)) {
                    landing.secure();
                } else {
                    LockSupport.park();
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /**
     * Returns when it has ended; an interrupt waits.
     *
     * @param keep whether to record and secure once more what has come, since what is missing will not
     */
    void end(boolean keep) {
        ending = true;
        LockSupport.unpark(securing);
        Uninterrupted.join(securing);
        if (keep && failure == null) {
            // On a thread of its own, for the caller's may have been interrupted.
            Uninterrupted.join(Thread.ofVirtual().name("keeper").start(this::keepOnceMore));
        }
        if (failure != null) {
            // Not known to be on disk, whatever else ends the transfer.
            landing.discard();
        }
    }

    private void keepOnceMore() {
        try {
            record();
            landing.secure();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Throws what says that the bytes on disk are not to be trusted; nothing while nothing failed. */
    void throwFailure() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }
}
