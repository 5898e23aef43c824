package io.tallyman.retry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps retries from becoming the load: a retry costs one, a first request that is served earns a tenth, and a retry that is served
 * gets its cost back. What fails again and again therefore stays below a tenth of what succeeds, plus a fixed amount at the
 * start, plus one a second so that what is left at the end gets its turn. Beyond that retries wait, up to a minute. Thread-safe.
 */
public final class RetryBudget {
    private static final double EARNED_BY_FIRST = 0.1;
    private static final double EARNED_PER_SECOND = 1;
    /** What is owed beyond this is forgotten: nothing is to wait for longer. */
    private static final double MOST_OWED = 60;

    private final double capacity;
    private final LongSupplier nanoTime;
    private double tokens;
    private long updatedNanos;

    /** @param capacity retries that are free at the start, and the most that is ever saved up; the number in flight, so that one event that cuts all of them costs no wait */
    public RetryBudget(int capacity, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.nanoTime = nanoTime;
        this.tokens = capacity;
        this.updatedNanos = nanoTime.getAsLong();
    }

    /** Takes the cost of one retry, on credit where there is nothing left; returns how long that retry must wait. */
    public synchronized Duration take() {
        refill();
        tokens = Math.max(tokens - 1, -MOST_OWED);
        return tokens >= 0 ? Duration.ZERO : Duration.ofMillis(Math.round(-tokens / EARNED_PER_SECOND * 1000));
    }

    /** An object came ashore. */
    public synchronized void served(boolean retry) {
        tokens = Math.min(capacity, tokens + (retry ? 1 : EARNED_BY_FIRST));
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(capacity, tokens + (now - updatedNanos) / 1e9 * EARNED_PER_SECOND);
        updatedNanos = now;
    }
}
