package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Recorded;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.Gates;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PressureOfEntriesTest {
    private final PressureLog log = new PressureLog(Clock.systemUTC());
    private final DiskSpace disk = new DiskSpace(
            Path.of("/data"), () -> Long.MAX_VALUE, 0, Duration.ofMinutes(1), new StopSignal(), log, System::nanoTime);

    @Test
    void anEntryWithAKeyInARunWithoutAStoreIsRecordedAsAnyOther() {
        // Given a run of URLs that others signed
        Pressure pressure = new Pressure(4, gates(), null, disk, log, System::nanoTime);
        Recorded.Retry retry = retry(FailureKind.Local.INTERNAL_ERROR);

        // When
        Recorded recorded = pressure.spread(Entries.claim(), RetryPolicy.RETRY, retry);

        // Then
        assertThat(recorded).isEqualTo(retry);
    }

    @Test
    void onlyWhatTheEndpointHadAPartInIsPaidFromItsRetries() {
        // Given
        Pressure pressure = new Pressure(4, gates(), "http://127.0.0.1:1/", disk, log, System::nanoTime);

        // When many files fail for the disk, and many bodies came damaged
        for (FailureKind kind : List.of(FailureKind.Local.DISK_ERROR, FailureKind.Content.CORRUPTED)) {
            for (int failed = 0; failed < 100; failed++) {
                Recorded.Retry retry = retry(kind);
                assertThat(pressure.spread(Entries.claim(), RetryPolicy.RETRY, retry))
                        .isEqualTo(retry);
            }
        }

        // Then the first few for the network cost no wait, and the next do
        Recorded.Retry retry = retry(FailureKind.Network.STALLED);
        for (int failed = 0; failed < 4; failed++) {
            assertThat(pressure.spread(Entries.claim(), RetryPolicy.RETRY, retry))
                    .isEqualTo(retry);
        }
        assertThat(((Recorded.Retry) pressure.spread(Entries.claim(), RetryPolicy.RETRY, retry)).delay())
                .isPositive();
    }

    private Gates gates() {
        return new Gates(4, () -> 0, log);
    }

    private static Recorded.Retry retry(FailureKind kind) {
        return new Recorded.Retry(1, 1, Entries.ATTEMPTED, Entries.failure(kind, null), Duration.ZERO, true);
    }
}
