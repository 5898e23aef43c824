package io.tallyman.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final double ALL = Double.POSITIVE_INFINITY;
    private final long seed = Long.getLong("tallyman.seed", System.nanoTime());
    private final AtomicLong nanos = new AtomicLong();
    private final Pace pace = new Pace(nanos::get);

    @Test
    void withoutALimitNobodyWaits() {
        assertThat(pace.take(1e12).waitNanos()).isZero();
        assertThat(pace.portion(512, 65_536)).isEqualTo(65_536);
    }

    @Test
    void overAnyTimeNoMoreIsTakenThanTheRateAndATenthOfASecond() {
        System.out.println("tallyman.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (double rate : new double[] {10, 10_000, 1.25e9}) {
            pace.limit(rate);
            double taken = 0;
            long begun = nanos.get();
            for (int take = 0; take < 1_000; take++) {
                double amount = random.nextDouble(rate / 50);
                nanos.addAndGet(pace.take(amount).waitNanos() + random.nextLong(1_000_000));
                taken += amount;
                double seconds = (nanos.get() - begun) / 1e9;
                assertThat(taken).isLessThanOrEqualTo(rate * (seconds + 0.1) + 1);
            }
            // nor much less
            assertThat(taken).isGreaterThan(0.9 * rate * (nanos.get() - begun) / 1e9);
        }
    }

    @Test
    void whatIsTakenByManyIsPaidOneAfterTheOther() {
        pace.limit(100);
        pace.take(10);
        assertThat(pace.take(100).waitNanos())
                .isEqualTo(Duration.ofMillis(1_100).toNanos());
        assertThat(pace.take(100).waitNanos())
                .isEqualTo(Duration.ofMillis(2_100).toNanos());

        // a new rate holds at once
        pace.limit(1_000);
        assertThat(pace.take(100).waitNanos()).isEqualTo(Duration.ofMillis(310).toNanos());
        pace.limit(ALL);
        pace.limit(100);
        assertThat(pace.take(10).waitNanos())
                .isLessThanOrEqualTo(Duration.ofMillis(100).toNanos());
    }

    @Test
    void whoeverWaitsHearsOfANewRateAndKeepsItsTurn() {
        // Given three that wait, one behind the other
        pace.limit(1);
        pace.take(0.1);
        List<Pace.Taken> waiting = List.of(pace.take(10), pace.take(10), pace.take(10));
        assertThat(waiting)
                .extracting(taken -> Duration.ofNanos(taken.waitNanos()).toSeconds())
                .containsExactly(10L, 20L, 30L);

        // When
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        pace.limit(10);

        // Then what is left is paid ten times as fast, and nobody passes
        assertThat(waiting)
                .extracting(taken -> Math.round(taken.waitNanos() / 1e8))
                .containsExactly(5L, 15L, 25L);
        pace.limit(ALL);
        assertThat(waiting).allMatch(taken -> taken.waitNanos() == 0);
        pace.limit(1);
        assertThat(pace.take(10).waitNanos()).isPositive();
        assertThat(waiting).allMatch(taken -> taken.waitNanos() == 0);
    }

    @Test
    void aRateOfNothingIsRefused() {
        assertThatThrownBy(() -> pace.limit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pace.limit(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLimitIsSharedSoThatWhatSomeDoNotWantOthersGet() {
        assertThat(FairShare.of(100, ALL, List.of())).isEqualTo(100);
        assertThat(FairShare.of(100, ALL, List.of(ALL, ALL, ALL))).isEqualTo(25);
        assertThat(FairShare.of(100, ALL, List.of(2.0, ALL))).isEqualTo(49);
        assertThat(FairShare.of(100, 2, List.of(ALL, ALL))).isEqualTo(2);
        assertThat(FairShare.of(100, 60, List.of(ALL))).isEqualTo(50);
        assertThat(FairShare.of(100, 10, List.of(20.0))).isEqualTo(45);
        assertThat(FairShare.of(100, 0, List.of())).isEqualTo(100);
    }

    @Test
    void thePartsOfAllAreTheLimit() {
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 1_000; run++) {
            List<Double> wanted = random.doubles(random.nextLong(1, 9), 0, 200)
                    .map(want -> want > 120 ? ALL : want)
                    .boxed()
                    .toList();
            double sum = 0;
            for (int at = 0; at < wanted.size(); at++) {
                List<Double> others = new java.util.ArrayList<>(wanted);
                others.remove(at);
                sum += FairShare.of(100, wanted.get(at), others);
            }
            assertThat(sum).as("%s, seed %d", wanted, seed).isCloseTo(100, within(1e-6));
        }
    }
}
