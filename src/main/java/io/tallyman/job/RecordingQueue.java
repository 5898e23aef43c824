package io.tallyman.job;

import io.tallyman.ledger.Recorded;
import io.tallyman.ledger.Recorder;
import io.tallyman.ledger.Worker;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what attempts came to and records it in batches: one statement for up to {@value #BATCH} of them, at the latest
 * {@value #LONGEST_DELAY_MILLIS} ms after the first came. Whoever puts more than a few batches waits for the database.
 */
final class RecordingQueue {
    private static final Logger LOG = Logger.getLogger(RecordingQueue.class);
    private static final int BATCH = 500;
    private static final int CAPACITY = 8 * BATCH;
    private static final long LONGEST_DELAY_MILLIS = 100;

    private final Recorder recorder;
    private final Worker worker;
    private final DatabasePatience patience;
    private final InstantSource clock;
    private final RunProgress progress;
    private final StopSignal stop;
    private final Runnable onReturned;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private List<Recorded> waiting = new ArrayList<>();
    private boolean recording;
    private boolean urgent;
    private boolean closed;
    private @Nullable SQLException failure;
    private final Thread thread;

    /** {@code onReturned} is called, by the recording thread, when entries are pending again. */
    RecordingQueue(
            Recorder recorder,
            Worker worker,
            DatabasePatience patience,
            InstantSource clock,
            RunProgress progress,
            StopSignal stop,
            Runnable onReturned) {
        this.recorder = recorder;
        this.worker = worker;
        this.patience = patience;
        this.clock = clock;
        this.progress = progress;
        this.stop = stop;
        this.onReturned = onReturned;
        this.thread = Thread.ofVirtual().name("recording").start(this::recordUntilClosed);
    }

    /** Hands over one recording; it is durable after the next {@link #flush()}. After a failure of the database it is dropped. */
    void put(Recorded recorded) {
        lock.lock();
        try {
            while (waiting.size() >= CAPACITY && failure == null) {
                emptied.awaitUninterruptibly();
            }
            if (failure == null) {
                waiting.add(recorded);
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when everything put before is committed; throws what kept the database from it. */
    void flush() throws SQLException, InterruptedException {
        lock.lock();
        try {
            urgent = true;
            filled.signal();
            while ((recording || !waiting.isEmpty()) && failure == null) {
                emptied.await();
            }
            urgent = false;
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records what is left and ends. */
    void finish() throws SQLException, InterruptedException {
        try {
            flush();
        } finally {
            lock.lock();
            try {
                closed = true;
                filled.signal();
            } finally {
                lock.unlock();
            }
            thread.join();
        }
    }

    private void recordUntilClosed() {
        try {
            for (List<Recorded> batch = take(); !batch.isEmpty(); batch = take()) {
                record(batch);
            }
        } catch (SQLException e) {
            LOG.errorf("the ledger cannot be written: %s", e.getMessage());
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("internal error while recording", e);
            fail(new SQLException(
                    "internal error while recording: " + e.getClass().getName(), e));
        }
    }

    /** Waits for a batch worth writing; empty when closed. */
    private List<Recorded> take() throws InterruptedException {
        lock.lock();
        try {
            recording = false;
            emptied.signalAll();
            while (waiting.isEmpty() && !closed) {
                filled.await();
            }
            long left = LONGEST_DELAY_MILLIS * 1_000_000;
            while (waiting.size() < BATCH && !urgent && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<Recorded> batch = waiting.subList(0, Math.min(BATCH, waiting.size()));
            waiting = new ArrayList<>(waiting.subList(batch.size(), waiting.size()));
            recording = !batch.isEmpty();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void record(List<Recorded> batch) throws SQLException, InterruptedException {
        List<Recorded> fenced = patience.call(() -> recorder.record(worker, batch, clock.instant()));
        List<Recorded> done = batch;
        if (!fenced.isEmpty()) {
            LOG.warnf("%d results came too late: others hold their entries now", fenced.size());
            done = new ArrayList<>(batch);
            done.removeAll(fenced);
        }
        progress.recorded(done);
        if (done.stream().anyMatch(each -> each instanceof Recorded.Retry || each instanceof Recorded.Released)) {
            onReturned.run();
        }
    }

    private void fail(SQLException e) {
        lock.lock();
        try {
            failure = e;
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
        stop.raise(Ending.DATABASE_GONE);
    }
}
