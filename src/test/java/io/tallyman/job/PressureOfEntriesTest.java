package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Events;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Recorded;
import io.tallyman.ledger.Worker;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.Gates;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PressureOfEntriesTest {
    private final PressureLog log = new PressureLog(Clock.systemUTC());
    private final AtomicLong nanos = new AtomicLong();
    private final DiskSpace disk = new DiskSpace(
            Path.of("/data"), () -> Long.MAX_VALUE, 0, Duration.ofMinutes(1), new StopSignal(), log, System::nanoTime);
    private final Pressure pressure = new Pressure(4, gates(), null, disk, log, nanos::get);

    @Test
    void anEntryWithAKeyInARunWithoutAStoreIsRecordedAsAnyOther() {
        // Given a run of URLs that others signed
        Recorded.Retry retry = retry(FailureKind.Local.INTERNAL_ERROR, Duration.ZERO);

        // When
        Recorded recorded = pressure.spread(Entries.claim(), RetryPolicy.RETRY, retry);

        // Then
        assertThat(recorded).isEqualTo(retry);
    }

    @Test
    void onlyWhatTheEndpointHadAPartInIsPaidFromItsRetries() {
        // Given
        Pressure ofStore = new Pressure(4, gates(), "http://127.0.0.1:1/", disk, log, System::nanoTime);

        // When many files fail for the disk, and many bodies came damaged
        for (FailureKind kind : List.of(FailureKind.Local.DISK_ERROR, FailureKind.Content.CORRUPTED)) {
            for (int failed = 0; failed < 100; failed++) {
                Recorded.Retry retry = retry(kind, Duration.ZERO);
                assertThat(ofStore.spread(Entries.claim(), RetryPolicy.RETRY, retry))
                        .isEqualTo(retry);
            }
        }

        // Then the first few for the network cost no wait, and the next do
        Recorded.Retry retry = retry(FailureKind.Network.STALLED, Duration.ZERO);
        for (int failed = 0; failed < 4; failed++) {
            assertThat(ofStore.spread(Entries.claim(), RetryPolicy.RETRY, retry))
                    .isEqualTo(retry);
        }
        assertThat(((Recorded.Retry) ofStore.spread(Entries.claim(), RetryPolicy.RETRY, retry)).delay())
                .isPositive();
    }

    @Test
    void whatFoundTheDiskFullTriesOftenEnoughToTell() {
        Recorded.Retry retry = retry(FailureKind.Local.DISK_FULL, Duration.ofMinutes(5));

        Recorded recorded = pressure.spread(Entries.claim(), RetryPolicy.STOP_WORKER, retry);

        assertThat(recorded).isEqualTo(retry(FailureKind.Local.DISK_FULL, Duration.ofSeconds(15)));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT3S", "PT5S, PT8S", "PT14S, PT15S", "PT5M, PT15S"})
    void whatDoesNotFitIsLookedAtAgainWhenTheDiskIsAndInTime(Duration backoff, Duration delay) {
        Recorded.Retry retry = retry(FailureKind.Local.NO_ROOM, backoff);

        Recorded recorded = pressure.spread(Entries.claim(), RetryPolicy.DEFER, retry);

        assertThat(recorded).isEqualTo(retry(FailureKind.Local.NO_ROOM, delay));
    }

    @Test
    void thatFewerFilesMayBeOpenedIsToldWhenItBeginsAndWhenItEnds() throws Exception {
        // When
        assertThat(pressure.places()).isEqualTo(4);
        pressure.waitsFor(Entries.failure(FailureKind.Local.TOO_MANY_FILES, null));
        assertThat(pressure.places()).isEqualTo(3);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(pressure.places()).isEqualTo(4);
        assertThat(pressure.places()).isEqualTo(4);

        // Then
        LedgerFixture ledger = new LedgerFixture(0);
        Worker worker = ledger.join();
        log.write(new Events(ledger.database), worker);
        assertThat(ledger.sql.rows("select kind, subject, message from tallyman.event where run_id = " + worker.runId()
                        + " order by id"))
                .containsExactly(
                        "too_many_files|this process:|it failed; 3 of 4 entries at once from now on, more with time",
                        "files_free|this process:|all 4 entries at once may open files again");
    }

    private Gates gates() {
        return new Gates(4, () -> 0, log);
    }

    private static Recorded.Retry retry(FailureKind kind, Duration delay) {
        Claim claim = Entries.claim();
        return new Recorded.Retry(
                claim.entryId(), claim.epoch(), Entries.ATTEMPTED, Entries.failure(kind, null), delay, true);
    }
}
