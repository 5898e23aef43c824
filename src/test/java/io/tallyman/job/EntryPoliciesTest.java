package io.tallyman.job;

import static io.tallyman.job.Entries.claim;
import static io.tallyman.job.Entries.failure;
import static io.tallyman.job.Entries.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryPoliciesTest {
    private static final String FOREIGN = "https://b.example/k";
    private static final Failure SIGNATURE = failure(FailureKind.Store.SIGNATURE_REFUSED, 403);
    private static final Failure TLS = failure(FailureKind.Network.TLS_REFUSED, null);

    private final EntryPolicies policies = new EntryPolicies(2);

    @Test
    void aSignatureRefusedBeforeAnyWasAcceptedIsPutOffUntilItTellsAndThenStopsTheWorker() {
        assertThat(policies.of(claim(), SIGNATURE)).isEqualTo(RetryPolicy.DEFER);
        assertThat(policies.of(claim(), SIGNATURE)).isEqualTo(RetryPolicy.DEFER);
        assertThat(policies.of(claim(), SIGNATURE)).isEqualTo(RetryPolicy.STOP_WORKER);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404})
    void aSignatureRefusedAfterAnotherWasAcceptedIsTheEntrysOwn(int status) {
        // Given
        policies.of(claim(), SIGNATURE);
        Failure gone = status == 404 ? failure(FailureKind.Store.NOT_FOUND, 404) : null;
        policies.observe(claim(), outcome(gone, status));

        // Then
        for (int i = 0; i < 10; i++) {
            assertThat(policies.of(claim(), SIGNATURE)).isEqualTo(RetryPolicy.PERMANENT);
        }
    }

    @Test
    void aWrongClockStopsTheWorkerUnlessTheStoreHasAcceptedItBefore() {
        Failure skew = failure(FailureKind.Store.CLOCK_SKEW, 403);
        assertThat(policies.of(claim(), skew)).isEqualTo(RetryPolicy.STOP_WORKER);

        policies.observe(claim(), outcome(null, 200));

        assertThat(policies.of(claim(), skew)).isEqualTo(RetryPolicy.SIGN_AGAIN);
    }

    @Test
    void anAdoptedFileSaysNothingOfTheSignature() {
        policies.observe(claim(), outcome(null, null));

        assertThat(policies.of(claim(), SIGNATURE)).isEqualTo(RetryPolicy.DEFER);
    }

    @Test
    void aCertificateIsTrustedOnceAnyAnswerCame() {
        assertThat(policies.of(claim(), TLS)).isEqualTo(RetryPolicy.DEFER);
        assertThat(policies.of(claim(), TLS)).isEqualTo(RetryPolicy.DEFER);
        assertThat(policies.of(claim(), TLS)).isEqualTo(RetryPolicy.STOP_WORKER);

        policies.observe(claim(), outcome(SIGNATURE, 403));

        assertThat(policies.of(claim(), TLS)).isEqualTo(RetryPolicy.PERMANENT);
    }

    @Test
    void whatSomebodyElseSignedWrongConcernsItsOwnEntryAlone() {
        var theirs = claim(0, 0, FOREIGN);
        for (int i = 0; i < 5; i++) {
            assertThat(policies.of(theirs, SIGNATURE)).isEqualTo(RetryPolicy.PERMANENT);
            assertThat(policies.of(theirs, TLS)).isEqualTo(RetryPolicy.PERMANENT);
            assertThat(policies.of(theirs, failure(FailureKind.Store.URL_EXPIRED, 403)))
                    .isEqualTo(RetryPolicy.PERMANENT);
            assertThat(policies.of(theirs, failure(FailureKind.Store.CREDENTIALS_REFUSED, 403)))
                    .isEqualTo(RetryPolicy.PERMANENT);
        }
        assertThat(policies.of(theirs, failure(FailureKind.Local.DISK_FULL, null)))
                .isEqualTo(RetryPolicy.STOP_WORKER);
    }

    @Test
    void anExpiredUrlIsSignedAgainSoManyTimesAndThenUsesUpAttempts() {
        Failure expired = failure(FailureKind.Store.URL_EXPIRED, 403);

        assertThat(policies.of(claim(0, 1, null), expired)).isEqualTo(RetryPolicy.SIGN_AGAIN);
        assertThat(policies.of(claim(0, 2, null), expired)).isEqualTo(RetryPolicy.RETRY);
    }

    @Test
    void everyOtherKindHasThePolicyOfItsKind() {
        FailureKind.all()
                .filter(kind -> kind != FailureKind.Store.SIGNATURE_REFUSED
                        && kind != FailureKind.Store.CLOCK_SKEW
                        && kind != FailureKind.Network.TLS_REFUSED)
                .forEach(kind -> assertThat(policies.of(claim(), failure(kind, null)))
                        .as(kind.label())
                        .isEqualTo(kind.policy()));
    }
}
