package io.tallyman.job;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Holds the shutdown of the process, begun by a signal, until the run in it has drained and left the ledger in order. */
@Singleton
class ShutdownDrain {
    private static final long LONGEST_SECONDS = 300;

    /** What a signal must wait for. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException, InterruptedException;
    }

    private record Running(StopSignal stop, CountDownLatch ended) {}

    private final AtomicReference<@Nullable Running> current = new AtomicReference<>();

    /** Runs the work so that a signal raises the stop signal and waits for the work's end. */
    <T> T whileRunning(StopSignal stop, Work<T> work) throws SQLException, InterruptedException {
        Running running = new Running(stop, new CountDownLatch(1));
        current.set(running);
        try {
            return work.run();
        } finally {
            current.set(null);
            running.ended.countDown();
        }
    }

    void onShutdown(@Observes ShutdownEvent event) throws InterruptedException {
        Running running = current.get();
        if (running != null) {
            running.stop.raise(Ending.SIGNALLED);
            running.ended.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        }
    }
}
