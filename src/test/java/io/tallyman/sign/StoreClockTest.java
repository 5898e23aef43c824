package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class StoreClockTest {
    private static final Instant OURS = Instant.parse("2026-03-01T12:00:00Z");

    private final StoreClock clock = new StoreClock(InstantSource.fixed(OURS));

    @Test
    void itIsOurClockUntilItIsCorrected() {
        assertThat(clock.instant()).isEqualTo(OURS);

        assertThat(clock.correct(OURS.minusSeconds(1_200))).isTrue();

        assertThat(clock.instant()).isEqualTo(OURS.minusSeconds(1_200));
        assertThat(clock.withOffset(Duration.ZERO).instant()).isEqualTo(OURS);
    }

    @Test
    void whatItKnowsAlreadyAndWhatASecondOnTheWayExplainsIsNoCorrection() {
        clock.correct(OURS.plusSeconds(600));

        assertThat(clock.correct(OURS.plusSeconds(601))).isFalse();
        assertThat(clock.correct(OURS)).isTrue();
    }
}
