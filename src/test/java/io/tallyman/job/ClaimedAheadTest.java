package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.LedgerFixture;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimedAheadTest {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LedgerFixture ledger = new LedgerFixture(10_000);
    private final AtomicLong nanos = new AtomicLong();
    private final ClaimedAhead ready =
            new ClaimedAhead(ledger.claims(ledger.join()), new DatabasePatience(Duration.ofSeconds(1)), nanos::get);

    ClaimedAheadTest() throws Exception {}

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void theNextClaimIsPutOffWhereLessThanHalfOfTheLastWasBegun(int begun) throws Exception {
        // When
        claimAndBegin(10, begun);

        // Then
        assertThat(ready.pauseNanos()).isEqualTo(PAUSE.toNanos());

        // When
        nanos.addAndGet(PAUSE.toNanos());

        // Then
        assertThat(ready.pauseNanos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 10})
    void theNextClaimIsNotPutOffWhereHalfOfTheLastWasBegun(int begun) throws Exception {
        claimAndBegin(10, begun);

        assertThat(ready.pauseNanos()).isZero();
    }

    @Test
    void whatCanBeBegunIsClaimedFastEnoughAmongMuchThatCannot() throws Exception {
        // Given eight places, each of which does a hundred a second, and nine of ten entries that are given back
        Duration each = Duration.ofNanos(1_250_000);
        Duration work = Duration.ZERO;

        // When
        for (int round = 0; round < 9; round++) {
            ready.claim(8);
            work = Duration.ZERO;
            while (!ready.isEmpty()) {
                if (ready.next().entryId() % 10 == 0) {
                    ready.begun();
                    work = work.plus(each);
                }
            }
            nanos.addAndGet(Math.max(PAUSE.toNanos(), work.toNanos()));
        }

        // Then the places are busy for longer than the pause
        assertThat(work).isGreaterThan(PAUSE);
    }

    private void claimAndBegin(int free, int begun) throws Exception {
        ready.claim(free);
        for (int claimed = 0; claimed < free; claimed++) {
            ready.next();
            if (claimed < begun) {
                ready.begun();
            }
        }
        assertThat(ready.isEmpty()).isTrue();
    }
}
