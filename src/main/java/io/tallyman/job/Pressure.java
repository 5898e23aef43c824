package io.tallyman.job;

import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.ConcurrencyLimit;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryBudget;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.Gates;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What holds a worker back: its store's endpoint, the disk, the files it may open. Says how many entries may be in flight, learns from how
 * they end, and makes retries wait that would become a load of their own. Threads: any.
 */
final class Pressure {
    private static final long FILES_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final int parallel;
    private final Gates gates;
    private final @Nullable String storeUrl;
    private final DiskSpace disk;
    private final PressureLog log;
    private final ConcurrencyLimit files;
    private int toldFiles;

    /** @param storeUrl any URL of the store, null where every entry brings its own */
    Pressure(
            int parallel,
            Gates gates,
            @Nullable String storeUrl,
            DiskSpace disk,
            PressureLog log,
            LongSupplier nanoTime) {
        this.parallel = parallel;
        this.gates = gates;
        this.storeUrl = storeUrl;
        this.disk = disk;
        this.log = log;
        this.files = new ConcurrencyLimit(parallel, nanoTime);
        this.toldFiles = parallel;
    }

    /** How many entries may be in flight at the moment, up to the configured most; 0 while nothing is begun. Changes by itself with time. */
    int places() {
        int byEndpoint = storeUrl == null ? parallel : gates.of(storeUrl).places();
        return Math.min(Math.min(byEndpoint, disk.places(parallel)), filesPlaces());
    }

    /**
     * How long the entry's endpoint is to be left alone, where every entry brings its own; zero where it may be begun. What holds back
     * the store's is in {@link #places()}.
     */
    Duration away(Claim claim) {
        return claim.url() == null ? Duration.ZERO : gates.of(claim.url()).away();
    }

    /** An entry's file stands. */
    void landed(Claim claim) {
        RetryBudget budget = budget(claim);
        if (budget != null) {
            budget.served(claim.number() > 1);
        }
        disk.landed();
    }

    /** Nothing is in flight and nothing can be claimed. */
    void idle() {
        disk.idle();
    }

    /** Whether this failure is one that passes, and that the worker waits out rather than stops for. */
    boolean waitsFor(Failure failure) {
        if (failure.kind() == FailureKind.Local.DISK_FULL) {
            disk.full(failure.message());
            return true;
        }
        if (failure.kind() == FailureKind.Local.NO_ROOM) {
            disk.noRoom();
            return false;
        }
        disk.hadRoom();
        if (failure.kind() == FailureKind.Local.TOO_MANY_FILES) {
            openFewer(failure.message());
        }
        return false;
    }

    /**
     * The same, with a retry put off where the endpoint had a part in the failure and its budget is used up, until there may be room
     * where it does not fit, or sooner where the disk is to be tried.
     */
    Recorded spread(Claim claim, RetryPolicy policy, Recorded recorded) {
        if (!(recorded instanceof Recorded.Retry retry)) {
            return recorded;
        }
        if (retry.failure().kind() == FailureKind.Local.DISK_FULL) {
            return retry.within(disk.longestWait());
        }
        if (retry.failure().kind() == FailureKind.Local.NO_ROOM) {
            return retry.later(disk.nextLook()).within(disk.longestWait());
        }
        if (!retry.failure().kind().isOfEndpoint()) {
            return recorded;
        }
        boolean load = policy == RetryPolicy.RETRY || policy == RetryPolicy.DEFER;
        RetryBudget budget = budget(claim);
        return load && budget != null ? retry.later(budget.take()) : recorded;
    }

    /** Cuts short what waits for an endpoint. */
    void close() {
        gates.close();
    }

    /** Null where there is nothing to ask: an entry with a key that came up in a run without a store. */
    private @Nullable RetryBudget budget(Claim claim) {
        String url = claim.url() != null ? claim.url() : storeUrl;
        return url == null ? null : gates.of(url).budget();
    }

    private synchronized int filesPlaces() {
        int places = (int) Math.max(1, Math.round(files.value()));
        if (places == parallel && toldFiles != parallel) {
            toldFiles = parallel;
            log.note("files_free", "this process:", "all " + parallel + " entries at once may open files again");
        }
        return places;
    }

    private synchronized void openFewer(String message) {
        files.refused(parallel, FILES_PAUSE_NANOS);
        int places = filesPlaces();
        if (places <= toldFiles / 2 || toldFiles == parallel) {
            toldFiles = places;
            log.note(
                    "too_many_files",
                    "this process:",
                    message + "; " + places + " of " + parallel + " entries at once from now on, more with time");
        }
    }
}
