package io.tallyman.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records what of a large object is on disk, every second or 64 MiB and when the lanes broke off, on a thread of its own that nobody interrupts: so
 * no lane waits for the disk, and no interrupt closes the file in the middle of it.
 */
final class Keeper {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long INTERVAL_BYTES = 64L << 20;
    private static final long LOOK_MILLIS = 100;

    private final PartMap map;
    private final Landing landing;
    private final Thread thread;
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile boolean keepAtEnd;
    private volatile @Nullable IOException failure;

    private Keeper(PartMap map, Landing landing) {
        this.map = map;
        this.landing = landing;
        this.thread = Thread.ofVirtual().name("keeper").unstarted(this::run);
    }

    static Keeper start(PartMap map, Landing landing) {
        Keeper keeper = new Keeper(map, landing);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        long keptNanos = System.nanoTime();
        long keptBytes = map.bytesThere();
        try {
            while (!ending.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                long there = map.bytesThere();
                long now = System.nanoTime();
                boolean due = now - keptNanos >= INTERVAL_NANOS || there - keptBytes >= INTERVAL_BYTES;
                if (due && there > keptBytes) {
                    landing.keep(map.soFar());
                    keptNanos = now;
                    keptBytes = there;
                }
            }
            if (keepAtEnd) {
                landing.keep(map.soFar());
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    /**
     * Returns when it has ended; an interrupt waits.
     *
     * @param keep whether to record once more what has come, since what is missing will not
     */
    void end(boolean keep) {
        keepAtEnd = keep;
        ending.countDown();
        Lanes.joinUninterruptibly(thread);
    }

    /** Why the bytes on disk are not to be trusted; null while nothing failed. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
