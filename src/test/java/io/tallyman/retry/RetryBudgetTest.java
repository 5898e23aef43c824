package io.tallyman.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final int IN_FLIGHT = 10;
    private final AtomicLong nanos = new AtomicLong();
    private final RetryBudget budget = new RetryBudget(IN_FLIGHT, nanos::get);

    @Test
    void oneEventThatCutsEverythingInFlightCostsNoWait() {
        for (int cut = 0; cut < IN_FLIGHT; cut++) {
            assertThat(budget.take()).isZero();
        }
        assertThat(budget.take()).isEqualTo(Duration.ofSeconds(1));
        assertThat(budget.take()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void tenServedRequestsPayForOneRetry() {
        exhaust();
        for (int served = 0; served < 10; served++) {
            assertThat(budget.take()).isPositive();
            for (int first = 0; first < 10; first++) {
                budget.served(false);
            }
        }
        assertThat(budget.take()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aRetryThatIsServedCostsNothing() {
        exhaust();
        budget.served(true);
        assertThat(budget.take()).isZero();
    }

    @Test
    void whereOnlyRetriesAreLeftOneASecondGoes() {
        exhaust();
        for (int second = 0; second < 20; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(budget.take()).isZero();
        }
        assertThat(budget.take()).isPositive();
    }

    @Test
    void howeverManyAreCutNoneWaitsForMoreThanAMinute() {
        for (int cut = 0; cut < 10_000; cut++) {
            assertThat(budget.take()).isLessThanOrEqualTo(Duration.ofMinutes(1));
        }
        assertThat(budget.take()).isEqualTo(Duration.ofMinutes(1));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(budget.take()).isEqualTo(Duration.ofSeconds(1));
    }

    private void exhaust() {
        for (int retry = 0; retry < IN_FLIGHT; retry++) {
            budget.take();
        }
    }
}
