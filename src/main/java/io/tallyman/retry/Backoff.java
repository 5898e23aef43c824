package io.tallyman.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: capped exponential growth with full jitter, that is, anything between nothing and
 * {@code base × 2^(attempt-1)}, so that entries that failed together do not come back together. As thread-safe as its random
 * generator.
 */
public final class Backoff {
    /** Servers may ask for any wait; more than this is not believed. */
    public static final Duration LONGEST_REQUESTED = Duration.ofHours(1);

    private final Duration base;
    private final Duration cap;
    private final RandomGenerator random;

    /**
     * @param base the upper end of the first delay
     * @param cap the upper end of every delay
     */
    public Backoff(Duration base, Duration cap, RandomGenerator random) {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("backoff needs 0 < base <= cap, not base " + base + " and cap " + cap);
        }
        this.base = base;
        this.cap = cap;
        this.random = random;
    }

    /** The delay after the given attempt (1 is the first), in whole milliseconds. */
    public Duration delay(int attempt) {
        return Duration.ofMillis(random.nextLong(ceilingMillis(attempt) + 1));
    }

    /**
     * As {@link #delay(int)}, and never sooner than the store asked for: the jitter is added to the wished wait, because everyone
     * else was told the same.
     */
    public Duration delay(int attempt, @Nullable Duration retryAfter) {
        Duration jitter = delay(attempt);
        if (retryAfter == null) {
            return jitter;
        }
        return (retryAfter.compareTo(LONGEST_REQUESTED) > 0 ? LONGEST_REQUESTED : retryAfter).plus(jitter);
    }

    private long ceilingMillis(int attempt) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts are counted from 1, not " + attempt);
        }
        int doublings = attempt - 1;
        long baseMillis = base.toMillis();
        long capMillis = cap.toMillis();
        return doublings >= Long.numberOfLeadingZeros(baseMillis) - 1
                ? capMillis
                : Math.min(capMillis, baseMillis << doublings);
    }
}
