package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseGuardTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LeaseGuard guard = new LeaseGuard(Duration.ofSeconds(45), nanos::get);

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

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
