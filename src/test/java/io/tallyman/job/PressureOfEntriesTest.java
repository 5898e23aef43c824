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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PressureOfEntriesTest {
    private final PressureLog log = new PressureLog(Clock.systemUTC());
    private final AtomicLong nanos = new AtomicLong();
    private final Pressure pressure = new Pressure(
            4,
            new Gates(4, System::nanoTime, log),
            null,
            new DiskSpace(
                    Path.of("/data"),
                    () -> Long.MAX_VALUE,
                    0,
                    Duration.ofMinutes(1),
                    new StopSignal(),
                    log,
                    System::nanoTime),
            log,
            nanos::get);

    @Test
    void anEntryWithAKeyInARunWithoutAStoreIsRecordedAsAnyOther() {
        // Given a run of URLs that others signed
        Claim claim = Entries.claim();
        Recorded.Retry retry = retry(FailureKind.Local.INTERNAL_ERROR, Duration.ZERO);

        // When
        Recorded recorded = pressure.spread(claim, RetryPolicy.RETRY, retry);

        // Then
        assertThat(recorded).isEqualTo(retry);
    }

    @Test
    void whatFoundTheDiskFullTriesOftenEnoughToTell() {
        Recorded.Retry retry = retry(FailureKind.Local.DISK_FULL, Duration.ofMinutes(5));

        Recorded recorded = pressure.spread(Entries.claim(), RetryPolicy.STOP_WORKER, retry);

        assertThat(recorded).isEqualTo(retry(FailureKind.Local.DISK_FULL, Duration.ofSeconds(15)));
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

    private static Recorded.Retry retry(FailureKind kind, Duration delay) {
        Claim claim = Entries.claim();
        return new Recorded.Retry(
                claim.entryId(), claim.epoch(), Entries.ATTEMPTED, Entries.failure(kind, null), delay, true);
    }
}
