package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseGuardTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LeaseGuard guard = new LeaseGuard(Duration.ofSeconds(45), Duration.ZERO, nanos::get);
    private final LeaseGuard patient = new LeaseGuard(Duration.ofSeconds(45), Duration.ofDays(1), nanos::get);

    @Test
    void aWorkerHoldsWhatItClaimedWhileItsSignsOfLifeAreTaken() {
        for (int sign = 0; sign < 10; sign++) {
            pass(Duration.ofSeconds(30));
            guard.alive(nanos.get());
        }

        assertThat(guard.holds()).isTrue();
    }

    @Test
    void aSilentWorkerLetsGoWhenOthersMayHaveTakenOver() {
        pass(Duration.ofSeconds(45));

        assertThat(guard.holds()).isFalse();
    }

    @Test
    void aWorkerThatWakesAndWasNotDeclaredLostHoldsOn() {
        pass(Duration.ofMinutes(2));
        guard.alive(nanos.get());

        assertThat(guard.holds()).isTrue();
    }

    @Test
    void aWorkerDeclaredLostNeverHoldsAgain() {
        guard.lost();
        guard.alive(nanos.get());

        assertThat(guard.holds()).isFalse();
    }

    @Test
    void whoeverWaitsForALeaseHearsWhenItIsConfirmed() throws Exception {
        assertThat(afterWaiting(() -> patient.alive(nanos.get()))).isTrue();
    }

    @Test
    void whoeverWaitsForALeaseHearsWhenItIsLost() throws Exception {
        assertThat(afterWaiting(patient::lost)).isFalse();
    }

    @Test
    void aLeaseIsNotWaitedForForEver() throws Exception {
        pass(Duration.ofSeconds(45));

        assertThat(guard.awaitKnown()).isFalse();
        assertThat(guard.isLost()).isFalse();
    }

    private boolean afterWaiting(Runnable then) throws Exception {
        pass(Duration.ofSeconds(45));
        FutureTask<Boolean> waiting = new FutureTask<>(patient::awaitKnown);
        Thread thread = Thread.ofPlatform().start(waiting);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        then.run();
        return waiting.get();
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
