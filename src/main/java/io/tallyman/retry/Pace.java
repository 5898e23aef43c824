package io.tallyman.retry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * An even pace for something that is counted: bytes, requests. Whoever takes an amount is told how long to wait, so that over any time
 * no more is taken than the rate allows plus a tenth of a second's worth. Starts without a limit. Never waits itself; thread-safe.
 *
 * <p>Own code, since the rate changes while it is in use and may be far above one a nanosecond, which the library at hand (bucket4j)
 * refuses.
 */
public final class Pace {
    private static final long BURST_NANOS = Duration.ofMillis(100).toNanos();

    /** What was taken and waited for since it was last asked. */
    public record Usage(double amount, Duration waited) {}

    private final LongSupplier nanoTime;
    private double perNano = Double.POSITIVE_INFINITY;
    /** What was taken so far is paid for by then. */
    private long paidNanos;

    /** All that was ever taken. */
    private double issued;

    private double taken;
    private long waitedNanos;

    public Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.paidNanos = nanoTime.getAsLong();
    }

    /** Sets the rate; infinite for no limit. What was taken at the old one is paid at the new one. */
    public synchronized void limit(double perSecond) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a pace is more than nothing, not " + perSecond);
        }
        long now = nanoTime.getAsLong();
        double next = perSecond / 1e9;
        if (paidNanos - now > 0) {
            paidNanos = now + (Double.isInfinite(next) ? 0 : (long) ((paidNanos - now) * perNano / next));
        }
        perNano = next;
    }

    /** Takes the amount, which is then to be waited for. */
    public synchronized Taken take(double amount) {
        taken += amount;
        issued += amount;
        if (!Double.isInfinite(perNano)) {
            long now = nanoTime.getAsLong();
            long from = now - BURST_NANOS - paidNanos > 0 ? now - BURST_NANOS : paidNanos;
            paidNanos = from + (long) (amount / perNano);
            waitedNanos += Math.max(0, paidNanos - now);
        }
        return new Taken(issued);
    }

    /** What somebody took, and all that was taken before it. Threads: any. */
    public final class Taken {
        private final double upTo;

        private Taken(double upTo) {
            this.upTo = upTo;
        }

        /** How many nanoseconds to wait for it at the rate of this moment, which may change meanwhile; 0 where it is paid. */
        public long waitNanos() {
            synchronized (Pace.this) {
                if (Double.isInfinite(perNano)) {
                    return 0;
                }
                long later = (long) ((issued - upTo) / perNano);
                return Math.max(0, paidNanos - later - nanoTime.getAsLong());
            }
        }
    }

    /** The most to take at once, so that many may go on side by side: a fraction of a second's worth, between the two. */
    public synchronized int portion(int least, int most) {
        return (int) Math.max(Math.min(least, most), Math.min(most, perNano * 1e9 / 500));
    }

    /** What was taken since the last call. */
    public synchronized Usage used() {
        Usage usage = new Usage(taken, Duration.ofNanos(waitedNanos));
        taken = 0;
        waitedNanos = 0;
        return usage;
    }
}
