package io.tallyman.retry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stops asking an endpoint that mostly fails: open after more than half of the last {@value #WINDOW} requests failed, then half open, one
 * request tries whether it is back. A first break lasts a second, so that one restart of a server or one cut link costs no more; each
 * further one lasts twice as long, up to half a minute. What comes of a request that began before the last break is no news. Not
 * thread-safe.
 */
final class Breaker {
    static final int WINDOW = 20;
    static final Duration FIRST_BREAK = Duration.ofSeconds(1);
    static final Duration LONGEST_BREAK = Duration.ofSeconds(30);

    /** What a result changed. */
    enum Change {
        NONE,
        OPENED,
        CLOSED
    }

    private final LongSupplier nanoTime;
    private final boolean[] failures = new boolean[WINDOW];
    private int results;
    private int failed;
    private boolean open;
    private boolean probing;
    private int breaks;
    private long untilNanos;
    private Duration lastBreak = Duration.ZERO;

    Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** How long no request may be begun; 0 where one may. */
    long breakNanos() {
        return open ? Math.max(0, untilNanos - nanoTime.getAsLong()) : 0;
    }

    /** Whether the break is not over, or nothing has tried since. */
    boolean isOpen() {
        return open;
    }

    /** Whether one request is all there may be: the next, or the one that tries now. */
    boolean isHalfOpen() {
        return open && breakNanos() == 0;
    }

    boolean isProbing() {
        return probing;
    }

    /** A request begins. */
    void begun() {
        probing = isHalfOpen();
    }

    /** How often it broke. A request is to remember it from its beginning to its end. */
    int breaks() {
        return breaks;
    }

    /** A request ended without telling anything of the endpoint. */
    void nothingLearnt(int breaksAtBegin) {
        if (breaksAtBegin == breaks) {
            probing = false;
        }
    }

    Change served(int breaksAtBegin) {
        if (breaksAtBegin != breaks) {
            return Change.NONE;
        }
        if (!open) {
            note(false);
            return Change.NONE;
        }
        open = false;
        probing = false;
        results = 0;
        failed = 0;
        return Change.CLOSED;
    }

    Change failed(int breaksAtBegin) {
        if (breaksAtBegin != breaks) {
            return Change.NONE;
        }
        if (open) {
            return open();
        }
        note(true);
        return results >= WINDOW && 2 * failed > WINDOW ? open() : Change.NONE;
    }

    private Change open() {
        Duration next = lastBreak.isZero() ? FIRST_BREAK : lastBreak.multipliedBy(2);
        lastBreak = next.compareTo(LONGEST_BREAK) > 0 ? LONGEST_BREAK : next;
        open = true;
        breaks++;
        probing = false;
        untilNanos = nanoTime.getAsLong() + lastBreak.toNanos();
        return Change.OPENED;
    }

    private void note(boolean failure) {
        int at = results % WINDOW;
        if (results >= WINDOW && failures[at]) {
            failed--;
        }
        failures[at] = failure;
        failed += failure ? 1 : 0;
        // Counts on from the window's length, so that it never overflows.
        results = results + 1 < 2 * WINDOW ? results + 1 : WINDOW;
        if (results >= WINDOW && 2 * failed <= WINDOW) {
            lastBreak = Duration.ZERO;
        }
    }
}
