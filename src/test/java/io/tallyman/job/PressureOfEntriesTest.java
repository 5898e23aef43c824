package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.Gates;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PressureOfEntriesTest {
    @Test
    void anEntryWithAKeyInARunWithoutAStoreIsRecordedAsAnyOther() {
        // Given a run of URLs that others signed
        PressureLog log = new PressureLog(Clock.systemUTC());
        DiskSpace disk = new DiskSpace(
                Path.of("/data"),
                () -> Long.MAX_VALUE,
                0,
                Duration.ofMinutes(1),
                new StopSignal(),
                log,
                System::nanoTime);
        Pressure pressure = new Pressure(4, new Gates(4, System::nanoTime, log), null, disk, log, System::nanoTime);
        Claim claim = Entries.claim();
        Recorded.Retry retry = new Recorded.Retry(
                claim.entryId(),
                claim.epoch(),
                Entries.ATTEMPTED,
                Entries.failure(FailureKind.Local.INTERNAL_ERROR, null),
                Duration.ZERO,
                true);

        // When
        Recorded recorded = pressure.spread(claim, RetryPolicy.RETRY, retry);

        // Then
        assertThat(recorded).isEqualTo(retry);
    }
}
