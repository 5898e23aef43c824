package io.tallyman.job;

import static io.tallyman.job.Entries.ATTEMPTED;
import static io.tallyman.job.Entries.claim;
import static io.tallyman.job.Entries.failure;
import static io.tallyman.job.Entries.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Backoff;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AftermathTest {
    private static final int MAX_ATTEMPTS = 3;
    private static final int MAX_DEFERRALS = 10;
    private static final Failure LOST = failure(FailureKind.Network.CONNECTION_LOST, null);

    private final Aftermath aftermath = new Aftermath(
            MAX_ATTEMPTS, MAX_DEFERRALS, new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), new Random(1)));

    @Test
    void aFileThatStandsIsRecordedWithWhatIsKnownOfIt() {
        Recorded recorded = aftermath.landed(claim(), ATTEMPTED, outcome(null, 200));

        assertThat(recorded).isEqualTo(new Recorded.Landed(1, 1, ATTEMPTED, true, false, 7, "1", "e"));
    }

    @Test
    void aRetryUsesUpAnAttemptAndWaitsBelowAGrowingBound() {
        Recorded recorded = aftermath.failed(claim(1, 0, null), ATTEMPTED, LOST, RetryPolicy.RETRY);

        assertThat(recorded).isInstanceOfSatisfying(Recorded.Retry.class, retry -> {
            assertThat(retry.burnsAttempt()).isTrue();
            assertThat(retry.delay()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
        });
    }

    @Test
    void theLastAttemptQuarantines() {
        assertThat(aftermath.failed(claim(MAX_ATTEMPTS - 1, 0, null), ATTEMPTED, LOST, RetryPolicy.RETRY))
                .isInstanceOf(Recorded.Quarantined.class);
    }

    @Test
    void aDeferralUsesUpNoAttemptWaitsAsAskedAndIsNotForEver() {
        Failure busy = new Failure(FailureKind.Store.THROTTLED, "busy", 503, null, null, Duration.ofSeconds(30));

        assertThat(aftermath.failed(claim(MAX_ATTEMPTS, 0, null), ATTEMPTED, busy, RetryPolicy.DEFER))
                .isInstanceOfSatisfying(Recorded.Retry.class, retry -> {
                    assertThat(retry.burnsAttempt()).isFalse();
                    assertThat(retry.delay()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
                });
        assertThat(aftermath.failed(claim(0, MAX_DEFERRALS - 1, null), ATTEMPTED, busy, RetryPolicy.DEFER))
                .isInstanceOf(Recorded.Quarantined.class);
    }

    @Test
    void whatCannotBeCuredHasFailed() {
        Failure gone = failure(FailureKind.Store.NOT_FOUND, 404);

        assertThat(aftermath.failed(claim(), ATTEMPTED, gone, RetryPolicy.PERMANENT))
                .isEqualTo(new Recorded.Failed(1, 1, ATTEMPTED, gone));
    }

    @Test
    void anEntryThatIsNotToBlameGoesBackAtOnceAndUnharmed() {
        for (RetryPolicy policy : new RetryPolicy[] {RetryPolicy.SIGN_AGAIN, RetryPolicy.STOP_WORKER}) {
            assertThat(aftermath.failed(claim(), ATTEMPTED, LOST, policy))
                    .isEqualTo(new Recorded.Retry(1, 1, ATTEMPTED, LOST, Duration.ZERO, false));
        }
    }
}
