package io.tallyman.job;

import io.tallyman.ledger.StoreShares;
import io.tallyman.ledger.StoreShares.Demand;
import io.tallyman.ledger.Worker;
import io.tallyman.retry.FairShare;
import io.tallyman.retry.Pace;
import io.tallyman.store.StoreLimits;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A worker's part of its store's limits. At every sign of life it tells what it wants and hears what the others want; its part of the
 * limit holds until the next. Who is held back by its part wants all it can get, whoever is not wants what it used and some more.
 * Threads: one beats, any may use the paces.
 */
final class SharedLimits {
    /** Held back for more than this part of the time (of one thread) is hungry. */
    private static final double HUNGRY = 0.05;
    /** What is wanted beyond what was used, so that a worker can grow. */
    private static final double HEADROOM = 1.25;
    /** What an idle worker keeps of the limit, so that it can begin. */
    private static final double LEAST_PART = 0.02;

    private final String store;
    private final StoreLimits limits;
    private final StoreShares shares;
    private final Duration deadAfter;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Pace bytes;
    private final Pace requests;
    private long beatNanos;
    private Demand own = Demand.ALL;
    private List<Demand> others = List.of();

    SharedLimits(
            String store,
            StoreLimits limits,
            StoreShares shares,
            Duration deadAfter,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.store = store;
        this.limits = limits;
        this.shares = shares;
        this.deadAfter = deadAfter;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.bytes = new Pace(nanoTime);
        this.requests = new Pace(nanoTime);
    }

    boolean isNone() {
        return limits.isNone();
    }

    Pace bytes() {
        return bytes;
    }

    Pace requests() {
        return requests;
    }

    /** Before its first request: as one that wants all, so that the others make room. */
    void join(Worker worker) throws SQLException {
        own = Demand.ALL;
        divide(worker);
    }

    /** Follows the time of day, with what was last heard of the others. Asks nobody. */
    void followTheClock() {
        bytes.limit(part(
                limits.bytesPerSecondAt(clock.instant()),
                own.bytes(),
                others.stream().map(Demand::bytes).toList()));
        requests.limit(part(
                limits.requestsPerSecond(),
                own.requests(),
                others.stream().map(Demand::requests).toList()));
    }

    /** With every sign of life. */
    void beat(Worker worker) throws SQLException {
        double seconds = Math.max(1e-3, (nanoTime.getAsLong() - beatNanos) / 1e9);
        own = new Demand(
                demand(bytes, seconds, limits.bytesPerSecondAt(clock.instant())),
                demand(requests, seconds, limits.requestsPerSecond()));
        divide(worker);
    }

    private void divide(Worker worker) throws SQLException {
        if (isNone()) {
            return;
        }
        beatNanos = nanoTime.getAsLong();
        try {
            others = shares.exchange(worker, store, own, deadAfter);
        } finally {
            followTheClock();
        }
    }

    private static double demand(Pace pace, double seconds, double limit) {
        Pace.Usage used = pace.used();
        boolean hungry = used.waited().toNanos() / 1e9 > HUNGRY * seconds;
        if (hungry || Double.isInfinite(limit)) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(used.amount() / seconds * HEADROOM, LEAST_PART * limit);
    }

    private static double part(double limit, double own, List<Double> others) {
        return Double.isInfinite(limit) ? limit : FairShare.of(limit, own, others);
    }
}
