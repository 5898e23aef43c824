package io.tallyman.retry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A worker with endless work that asks a {@link SimulatedStore} as much as its pressure allows, retrying what was refused. */
final class SimulatedWorker {
    private record Retry(long dueNanos, int deferrals) {}

    final SimulatedStore store;
    final EndpointPressure pressure;
    final RetryBudget budget;
    final List<String> told = new ArrayList<>();
    private final Backoff backoff;
    private final PriorityQueue<Retry> retries =
            new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos(), b.dueNanos()));
    private @Nullable Duration requestedDelay;
    private long lookNanos = -1;

    long requests;
    long retried;
    int mostDeferrals;

    SimulatedWorker(SimulatedStore store, int most, long seed) {
        this.store = store;
        this.pressure =
                new EndpointPressure(most, store::nanoTime, change -> told.add(change.kind() + " " + change.message()));
        this.budget = new RetryBudget(most, store::nanoTime);
        this.backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), new SplittableRandom(seed));
        store.after(0, this::begin);
    }

    /** What the store asks for with every refusal. */
    SimulatedWorker toldToWait(Duration delay) {
        requestedDelay = delay;
        return this;
    }

    private void begin() {
        long wait = pressure.tryBegin();
        while (wait == 0) {
            Retry retry =
                    !retries.isEmpty() && retries.element().dueNanos() <= store.nanoTime() ? retries.remove() : null;
            ask(retry == null ? 0 : retry.deferrals());
            wait = pressure.tryBegin();
        }
        long due = store.nanoTime() + wait;
        if (lookNanos <= store.nanoTime() || due < lookNanos) {
            lookNanos = due;
            store.after(wait, this::begin);
        }
    }

    private void ask(int deferrals) {
        requests++;
        retried += deferrals > 0 ? 1 : 0;
        long begun = store.nanoTime();
        int breaks = pressure.breaks();
        store.get(served -> {
            if (served) {
                pressure.served(breaks, store.nanoTime() - begun);
                pressure.ended();
                budget.served(deferrals > 0);
            } else {
                pressure.throttled(breaks, requestedDelay);
                pressure.ended();
                mostDeferrals = Math.max(mostDeferrals, deferrals + 1);
                Duration delay = backoff.delay(deferrals + 1, requestedDelay).plus(budget.take());
                retries.add(new Retry(store.nanoTime() + delay.toNanos(), deferrals + 1));
            }
            begin();
        });
    }
}
