package io.tallyman.job;

import io.tallyman.ledger.Partitions;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import io.tallyman.ledger.WorkerProcess;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Shows at regular intervals that a worker lives, takes back what dead ones held, and keeps the days' partitions ready. A database
 * that does not answer is tried again at the next beat; meanwhile the guard lets go of the leases by itself.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);

    private final Runs runs;
    private final Reclaim reclaim;
    private final Worker worker;
    private final WorkerProcess process;
    private final LeaseGuard guard;
    private final RunConfig config;
    private final StopSignal stop;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    Heartbeat(
            Runs runs,
            Reclaim reclaim,
            Worker worker,
            WorkerProcess process,
            LeaseGuard guard,
            RunConfig config,
            StopSignal stop) {
        this.runs = runs;
        this.reclaim = reclaim;
        this.worker = worker;
        this.process = process;
        this.guard = guard;
        this.config = config;
        this.stop = stop;
        this.thread = Thread.ofVirtual().name("heartbeat").start(this::beatUntilClosed);
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join();
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
                stop.raise(Ending.WORKER_LOST);
                return;
            }
            guard.alive(sent);
            reclaim.reclaim(process, config.deadAfter(), config.deadliest());
        } catch (SQLException e) {
            LOG.warnf("no sign of life could be given: %s", e.getMessage());
        }
    }
}
