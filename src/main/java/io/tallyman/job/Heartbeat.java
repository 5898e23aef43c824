package io.tallyman.job;

import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Shows at regular intervals that a worker lives, takes back what dead ones held, and keeps the days' partitions ready. A database
 * that does not answer is tried again at the next beat; meanwhile the guard lets go of the leases by itself.
 */
final class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    /** Today's and tomorrow's, so that midnight finds its partition. */
    private static final int PARTITION_DAYS = 2;

    /** What else is due with every sign of life. */
    @FunctionalInterface
    interface Errand {
        void run() throws SQLException;
    }

    private final Runs runs;
    private final Salvage salvage;
    private final AttemptPartitions partitions;
    private final Worker worker;
    private final LeaseGuard guard;
    private final Duration interval;
    private final Errand errand;
    private final Runnable wake;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** {@code errand} is run after every sign of life, and {@code wake} when the worker was found lost, or may go on after a pause in which it could not be sure. */
    Heartbeat(
            Runs runs,
            Salvage salvage,
            AttemptPartitions partitions,
            Worker worker,
            LeaseGuard guard,
            Duration interval,
            Errand errand,
            Runnable wake) {
        this.runs = runs;
        this.salvage = salvage;
        this.partitions = partitions;
        this.worker = worker;
        this.guard = guard;
        this.interval = interval;
        this.errand = errand;
        this.wake = wake;
        this.thread = Thread.ofVirtual().name("heartbeat").unstarted(this::beatUntilClosed);
    }

    /** Begins to beat. */
    void start() throws SQLException {
        partitions.ensure(PARTITION_DAYS);
        thread.start();
    }

    /** Returns when the last beat is over. */
    void stop() throws InterruptedException {
        closing.countDown();
        if (thread.isAlive()) {
            thread.join();
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
        try {
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
            errand.run();
            salvage.takeBack();
            partitions.ensure(PARTITION_DAYS);
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("no sign of life could be given: %s", e.getMessage());
        }
    }
}
