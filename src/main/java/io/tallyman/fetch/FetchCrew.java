package io.tallyman.fetch;

import io.tallyman.job.Ending;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps a number of URLs in flight, one virtual thread each, until all are done or it is told to stop. Used once. */
final class FetchCrew {
    private static final Logger LOG = Logger.getLogger(FetchCrew.class);

    private final FetchTask task;
    private final Semaphore places;
    private final FetchProgress progress;
    private final Consumer<Fetched> results;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 1).factory());
    private final AtomicReference<@Nullable Ending> reason = new AtomicReference<>();
    private final ReentrantLock telling = new ReentrantLock();
    private long verified;
    private long unverified;
    private long failed;

    /** {@code results} is called for each URL as it ends, by one thread at a time. */
    FetchCrew(FetchTask task, int parallel, FetchProgress progress, Consumer<Fetched> results) {
        this.task = task;
        this.places = new Semaphore(parallel);
        this.progress = progress;
        this.results = results;
    }

    /** Returns when every row has ended, or what was in flight when it was told to stop has been cut; then the rest is left. */
    FetchResult work(List<ManifestRow> rows) throws InterruptedException {
        for (ManifestRow row : rows) {
            places.acquire();
            if (reason.get() != null) {
                break;
            }
            start(row);
        }
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.DAYS);
        telling.lock();
        try {
            return new FetchResult(reason.get(), verified, unverified, failed, rows.size());
        } finally {
            telling.unlock();
        }
    }

    /** Cuts what is in flight, keeping what has come, and starts nothing more; any thread may call it. The first reason stays. */
    void stop(Ending why) {
        if (reason.compareAndSet(null, why)) {
            threads.shutdownNow();
            places.release();
        }
    }

    private void start(ManifestRow row) {
        try {
            threads.execute(() -> {
                try {
                    tell(fetch(row));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    places.release();
                }
            });
        } catch (java.util.concurrent.RejectedExecutionException stopped) {
            LOG.debugf("not started any more: %s", row.path());
        }
    }

    private Fetched fetch(ManifestRow row) throws InterruptedException {
        try {
            return task.run(row, () -> stop(Ending.DISK_REFUSED));
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "internal error at %s", row.path());
            return Fetched.failed(
                    row.path(),
                    Failure.of(FailureKind.Local.INTERNAL_ERROR, e.getClass().getName()),
                    0,
                    1);
        }
    }

    private void tell(Fetched fetched) {
        telling.lock();
        try {
            if (fetched.isFailed()) {
                failed++;
            } else if (fetched.isVerified()) {
                verified++;
            } else {
                unverified++;
            }
            progress.ended(fetched);
            results.accept(fetched);
        } finally {
            telling.unlock();
        }
    }
}
