package io.tallyman.job;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Holds the shutdown of the process, begun by a signal, until the work in it has drained and left things in order. */
@Singleton
public class ShutdownDrain {
    private static final long LONGEST_SECONDS = 300;

    /** What a signal must wait for. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E, InterruptedException;
    }

    private record Running(Runnable stop, CountDownLatch ended) {}

    private final AtomicReference<@Nullable Running> current = new AtomicReference<>();

    /** Runs the work so that a signal runs {@code stop}, on a thread of its own, and waits for the work's end. */
    public <T, E extends Exception> T whileRunning(Runnable stop, Work<T, E> work) throws E, InterruptedException {
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
            running.stop.run();
            running.ended.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        }
    }
}
