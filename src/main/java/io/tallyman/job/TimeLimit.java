package io.tallyman.job;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Raises the stop signal when the time is up, unless cancelled before. */
final class TimeLimit {
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private TimeLimit() {}

    /** A null limit never ends. */
    static TimeLimit start(@Nullable Duration limit, StopSignal stop) {
        TimeLimit started = new TimeLimit();
        if (limit != null) {
            Thread.ofVirtual().name("time-limit").start(() -> {
                try {
                    if (!started.cancelled.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                        stop.raise(Ending.TIME_UP);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return started;
    }

    void cancel() {
        cancelled.countDown();
    }
}
