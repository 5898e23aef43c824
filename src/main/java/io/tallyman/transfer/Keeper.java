package io.tallyman.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records what of a large object has come whenever another {@value #INTERVALS}th of it has, at the latest after a second, and when the
 * lanes broke off; and forces it to disk every second or 64 MiB. Each on a thread of its own that nobody interrupts: so neither a lane nor the record waits for the
 * disk, and no interrupt closes the file in the middle of it.
 */
final class Keeper {
    /** A death of the process costs half an interval on average. */
    private static final int INTERVALS = 64;

    private static final long SMALLEST_INTERVAL_BYTES = 64 * 1024;

    /** So much a death of the machine costs, or a second's, and what comes while the disk is waited for. */
    private static final long UNSECURED_BYTES = 64L << 20;

    private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

    private final PartMap map;
    private final Landing landing;
    private final long intervalBytes;
    private final Thread recording;
    private final Thread securing;
    private final AtomicLong unrecordedBytes = new AtomicLong();
    private final AtomicLong unsecuredBytes = new AtomicLong();
    private volatile boolean ending;
    private volatile @Nullable IOException failure;

    Keeper(PartMap map, Landing landing) {
        this.map = map;
        this.landing = landing;
        this.intervalBytes = Math.clamp(map.totalBytes() / INTERVALS, SMALLEST_INTERVAL_BYTES, UNSECURED_BYTES);
        this.recording = Thread.ofVirtual().name("keeper").unstarted(() -> untilTheEnd(this::record));
        this.securing = Thread.ofVirtual().name("keeper-force").unstarted(() -> untilTheEnd(this::secure));
    }

    void start() {
        recording.start();
        securing.start();
    }

    /** Told by the lanes what they have put into the file. */
    void written(int bytes) {
        if (reaches(unrecordedBytes, bytes, intervalBytes)) {
            LockSupport.unpark(recording);
        }
        if (reaches(unsecuredBytes, bytes, UNSECURED_BYTES)) {
            LockSupport.unpark(securing);
        }
    }

    private static boolean reaches(AtomicLong sum, int more, long limit) {
        long now = sum.addAndGet(more);
        return now >= limit && now - more < limit;
    }

    /** What a thread does until it is told that no more comes. */
    private interface Work {
        void run() throws IOException;
    }

    private void untilTheEnd(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            failure = e;
        }
    }

    private void record() throws IOException {
        Pause pause = new Pause(unrecordedBytes, intervalBytes);
        while (!ending) {
            if (pause.isOver()) {
                landing.keep(map.soFar());
            }
        }
    }

    private void secure() throws IOException {
        Pause pause = new Pause(unsecuredBytes, UNSECURED_BYTES);
        while (!ending) {
            if (pause.isOver()) {
                landing.secure();
            }
        }
    }

    /** Lasts until so many bytes have come, or any in a second. Used by one thread. */
    private static final class Pause {
        private final AtomicLong bytes;
        private final long mostBytes;
        private long begunNanos = System.nanoTime();

        Pause(AtomicLong bytes, long mostBytes) {
            this.bytes = bytes;
            this.mostBytes = mostBytes;
        }

        /** Waits where it is not; a wait may end early. Begins the next where it is. */
        boolean isOver() {
            long elapsed = System.nanoTime() - begunNanos;
            if (bytes.get() < mostBytes && elapsed < LONGEST_NANOS) {
                LockSupport.parkNanos(LONGEST_NANOS - elapsed);
                return false;
            }
            begunNanos = System.nanoTime();
            return bytes.getAndSet(0) > 0;
        }
    }

    /**
     * Returns when it has ended; an interrupt waits.
     *
     * @param keep whether to record and secure once more what has come, since what is missing will not
     */
    void end(boolean keep) {
        ending = true;
        LockSupport.unpark(recording);
        LockSupport.unpark(securing);
        Lanes.joinUninterruptibly(recording);
        Lanes.joinUninterruptibly(securing);
        if (keep && failure == null) {
            keepUninterruptibly();
        }
    }

    /** On a thread of its own, for the caller's may have been interrupted. */
    private void keepUninterruptibly() {
        Thread last = Thread.ofVirtual()
                .name("keeper")
                .start(() -> untilTheEnd(() -> {
                    landing.keep(map.soFar());
                    landing.secure();
                }));
        Lanes.joinUninterruptibly(last);
    }

    /** Why the bytes on disk are not to be trusted; null while nothing failed. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
