package io.tallyman.job;

import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Shows at regular intervals that a worker lives, and runs what else is due with that. A database that does not answer is tried again at
 * the next beat; meanwhile the guard lets go of the leases by itself.
 */
final class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    /** How long an errand that has begun is waited for at the end; a volume that hangs may never let go of it. */
    private static final Duration LAST_ERRANDS = Duration.ofSeconds(10);

    private final Runs runs;
    private final Worker worker;
    private final LeaseGuard guard;
    private final Duration interval;
    private final Runnable always;
    private final List<DatabasePatience.Step> errands;
    private final Runnable wake;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    /** On a thread of their own: what hangs there must not stop the heart. */
    private volatile @Nullable Thread running;

    /**
     * A heart that does not beat yet.
     *
     * @param always run at every beat, whether the database answers or not
     * @param errands each run after a sign of life that the database has taken, whatever became of the others; left out while the
     *     last ones still run
     * @param wake run when the worker was found lost, or may go on after a pause in which it could not be sure
     */
    Heartbeat(
            Runs runs,
            Worker worker,
            LeaseGuard guard,
            Duration interval,
            Runnable always,
            List<DatabasePatience.Step> errands,
            Runnable wake) {
        this.runs = runs;
        this.worker = worker;
        this.guard = guard;
        this.interval = interval;
        this.always = always;
        this.errands = errands;
        this.wake = wake;
        this.thread = Thread.ofVirtual().name("heartbeat").unstarted(this::beatUntilClosed);
    }

    /** Begins to beat; to be stopped by {@link #stop}. */
    void start() {
        thread.start();
    }

    /** Returns when the last beat is over, and its errands, unless they hang. */
    void stop() throws InterruptedException {
        closing.countDown();
        thread.join();
        Thread last = running;
        if (last != null && !last.join(LAST_ERRANDS)) {
            LOG.warn("something that was due at the last sign of life still hangs, and is left to itself");
        }
    }

    private void beatUntilClosed() {
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                beat();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        attempt("nothing of the timetable could be followed", always::run);
        attempt("no sign of life could be given", this::giveSign);
    }

    private void giveSign() throws SQLException {
        long sent = System.nanoTime();
        if (!runs.heartbeat(worker)) {
            guard.lost();
            wake.run();
            return;
        }
        boolean heldBefore = guard.holds();
        guard.alive(sent);
        if (!heldBefore) {
            wake.run();
        }
        Thread last = running;
        if (last == null || !last.isAlive()) {
            running = Thread.ofVirtual()
                    .name("errands")
                    .start(() -> errands.forEach(errand -> attempt("something that was due has to wait", errand)));
        }
    }

    private static void attempt(String otherwise, DatabasePatience.Step step) {
        try {
            step.run();
        } catch (SQLException | RuntimeException | Error e) {
            // A heart that stopped in silence would leave the worker unsure of its leases for ever.
            LOG.warnf("%s: %s", otherwise, e.getMessage());
        }
    }
}
