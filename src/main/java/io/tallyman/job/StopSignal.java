package io.tallyman.job;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Why a worker should stop before its work is done; the first reason given stays. Threads: any. */
final class StopSignal {
    private final AtomicReference<@Nullable Ending> reason = new AtomicReference<>();
    private volatile Runnable onStop = () -> {};

    /** Run once when the first reason is given, by the thread that gives it. */
    void onStop(Runnable action) {
        onStop = action;
        if (isRaised()) {
            action.run();
        }
    }

    /** Whether this was the first reason given. */
    boolean raise(Ending ending) {
        boolean first = reason.compareAndSet(null, ending);
        if (first) {
            onStop.run();
        }
        return first;
    }

    boolean isRaised() {
        return reason.get() != null;
    }

    Optional<Ending> reason() {
        return Optional.ofNullable(reason.get());
    }
}
