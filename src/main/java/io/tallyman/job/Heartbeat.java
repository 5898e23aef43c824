package io.tallyman.job;

import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import io.tallyman.ledger.WorkerProcess;
import java.sql.SQLException;
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

    private final Runs runs;
    private final Reclaim reclaim;
    private final AttemptPartitions partitions;
    private final Worker worker;
    private final WorkerProcess process;
    private final LeaseGuard guard;
    private final RunConfig config;
    private final WorkerLoop loop;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    Heartbeat(
            Runs runs,
            Reclaim reclaim,
            AttemptPartitions partitions,
            Worker worker,
            WorkerProcess process,
            LeaseGuard guard,
            RunConfig config,
            WorkerLoop loop) {
        this.runs = runs;
        this.reclaim = reclaim;
        this.partitions = partitions;
        this.worker = worker;
        this.process = process;
        this.guard = guard;
        this.config = config;
        this.loop = loop;
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
            while (!closing.await(config.heartbeat().toMillis(), TimeUnit.MILLISECONDS)) {
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
                loop.wake();
                return;
            }
            guard.alive(sent);
            reclaim.reclaim(process, config.deadAfter(), config.maxWorkerDeaths());
            partitions.ensure(PARTITION_DAYS);
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("no sign of life could be given: %s", e.getMessage());
        }
    }
}
