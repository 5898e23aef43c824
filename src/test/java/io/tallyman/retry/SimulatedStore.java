package io.tallyman.retry;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A store with a cap of requests a second and any number of workers that ask it, in simulated time. Beyond its cap it answers 503 at once.
 * Not thread-safe; the clock moves only by {@link #runUntil}.
 */
final class SimulatedStore {
    private static final long REFUSAL_NANOS = 2_000_000;
    /** What the cap lets through at once: caps are counted over short windows. */
    private static final double BURST_SECONDS = 0.2;

    private record Event(long nanos, long order, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.nanos() != b.nanos() ? Long.compare(a.nanos(), b.nanos()) : Long.compare(a.order(), b.order()));
    private final SplittableRandom random;
    private double capacityPerSecond;
    private final long latencyNanos;
    private double tokens;
    private long refilledNanos;
    private long nowNanos;
    private long order;

    double errorShare;
    long served;
    long refused;

    SimulatedStore(double capacityPerSecond, long latencyNanos, long seed) {
        this.capacityPerSecond = capacityPerSecond;
        this.latencyNanos = latencyNanos;
        this.random = new SplittableRandom(seed);
        this.tokens = capacityPerSecond * BURST_SECONDS;
    }

    long nanoTime() {
        return nowNanos;
    }

    double seconds() {
        return nowNanos / 1e9;
    }

    void capacity(double perSecond) {
        capacityPerSecond = perSecond;
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(nowNanos + nanos, order++, action));
    }

    void runUntil(double seconds) {
        long end = (long) (seconds * 1e9);
        while (!events.isEmpty() && events.element().nanos() <= end) {
            Event next = events.remove();
            nowNanos = next.nanos();
            next.action().run();
        }
        nowNanos = end;
    }

    void count(boolean wasServed) {
        if (wasServed) {
            served++;
        } else {
            refused++;
        }
    }

    /** One request: calls back with whether it was served, after as long as that takes. */
    void get(java.util.function.Consumer<Boolean> whenAnswered) {
        tokens = Math.min(
                Math.max(1, capacityPerSecond * BURST_SECONDS),
                tokens + (nowNanos - refilledNanos) / 1e9 * capacityPerSecond);
        refilledNanos = nowNanos;
        boolean serves = tokens >= 1 && random.nextDouble() >= errorShare;
        if (serves) {
            tokens--;
        }
        count(serves);
        after(
                serves ? (long) (latencyNanos * (0.5 + random.nextDouble())) : REFUSAL_NANOS,
                () -> whenAnswered.accept(serves));
    }
}
