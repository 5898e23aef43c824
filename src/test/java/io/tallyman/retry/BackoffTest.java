package io.tallyman.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration BASE = Duration.ofMillis(200);
    private static final Duration CAP = Duration.ofSeconds(20);

    /** Always the largest number allowed, so that the ceiling shows. */
    private static final class Largest implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    @Test
    void theCeilingDoublesUpToTheCap() {
        Backoff backoff = new Backoff(BASE, CAP, new Largest());

        assertThat(IntStream.rangeClosed(1, 9)
                        .mapToObj(attempt -> backoff.delay(attempt).toMillis()))
                .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 20000L, 20000L);
        for (int attempt : new int[] {55, 56, 57, 63, 64, 65, 1000, Integer.MAX_VALUE}) {
            assertThat(backoff.delay(attempt)).isEqualTo(CAP);
        }
    }

    @Test
    void theJitterIsFull() {
        long seed = Long.getLong("tallyman.seed", 1L);
        Backoff backoff = new Backoff(BASE, CAP, new Random(seed));

        LongSummaryStatistics delays = IntStream.range(0, 10_000)
                .mapToLong(i -> backoff.delay(3).toMillis())
                .summaryStatistics();

        assertThat(delays.getMin()).as("seed %d", seed).isBetween(0L, 20L);
        assertThat(delays.getMax()).as("seed %d", seed).isBetween(780L, 800L);
        assertThat(delays.getAverage()).as("seed %d", seed).isBetween(380.0, 420.0);
    }

    @Test
    void neverComesBackSoonerThanTheStoreAskedFor() {
        Backoff backoff = new Backoff(BASE, CAP, new Largest());

        assertThat(backoff.delay(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofMillis(7_200));
        assertThat(backoff.delay(1, null)).isEqualTo(BASE);
        assertThat(backoff.delay(1, Duration.ofDays(365))).isEqualTo(Backoff.LONGEST_REQUESTED.plus(BASE));
    }

    @Test
    void refusesWhatMakesNoSense() {
        Random random = new Random(1);
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, CAP, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(CAP, BASE, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(BASE, CAP, random).delay(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
