package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Events;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Worker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
    private static final int ALL = 64;
    private static final long MIN = 64 * 1024 * 1024;
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    private final StopSignal stop = new StopSignal();
    private final PressureLog log = new PressureLog(Clock.systemUTC());
    private final DiskSpace disk =
            new DiskSpace(Path.of("/data"), free::get, MIN, Duration.ofMinutes(1), stop, log, nanos::get);

    @Test
    void belowTheWatermarkNothingIsBegunUntilSpaceIsFreed() throws Exception {
        // Given
        assertThat(disk.places(ALL)).isEqualTo(ALL);
        free.set(MIN - 1);
        assertThat(disk.places(ALL)).as("it looks once a second").isEqualTo(ALL);

        // When
        second();

        // Then
        assertThat(disk.places(ALL)).isZero();
        for (int look = 0; look < 50; look++) {
            second();
            assertThat(disk.places(ALL)).isZero();
        }

        // When
        free.set(MIN);
        second();

        // Then
        assertThat(disk.places(ALL)).isEqualTo(ALL);
        assertThat(stop.isRaised()).isFalse();
        assertThat(events())
                .containsExactly(
                        "disk_full|/data|has 64.0 MiB free and needs 64.0 MiB (tallyman.run.min-free-space);"
                                + " nothing new is begun, looking again every second for 60 s",
                        "disk_free|/data|has 64.0 MiB free again, the run goes on");
    }

    @Test
    void whereNoSpaceIsFreedInTimeTheWorkerStops() {
        free.set(0);
        assertThat(disk.places(ALL)).isZero();
        for (int look = 0; look < 59; look++) {
            second();
            disk.places(ALL);
            assertThat(stop.isRaised()).isFalse();
        }
        second();
        disk.places(ALL);
        assertThat(stop.reason()).contains(Ending.DISK_REFUSED);
    }

    @Test
    void aDiskThatIsFullForTheSecondTimeIsWaitedForAnew() {
        // Given one that was full, was freed, and whose next file takes its time
        disk.full("the disk is full");
        second();
        assertThat(disk.places(ALL)).isOne();
        for (int look = 0; look < 120; look++) {
            second();
            disk.places(ALL);
        }

        // When
        free.set(0);
        second();

        // Then
        assertThat(disk.places(ALL)).isZero();
        assertThat(stop.isRaised()).isFalse();
    }

    @Test
    void afterAFailedWriteOneEntryTriesAndAfterOneThatStandsAllGoOn() {
        // Given
        disk.full("the disk is full");
        assertThat(disk.places(ALL)).isZero();

        // When
        second();

        // Then
        assertThat(disk.places(ALL)).isOne();
        disk.landed();
        assertThat(disk.places(ALL)).isEqualTo(ALL);
        assertThat(stop.isRaised()).isFalse();
    }

    @Test
    void aQuotaThatNoFreeSpaceShowsEndsTheWorkerToo() {
        int tries = 0;
        while (!stop.isRaised()) {
            disk.full("the disk is full");
            second();
            assertThat(disk.places(ALL)).isOne();
            tries++;
        }
        assertThat(tries).isEqualTo(61);
        assertThat(stop.reason()).contains(Ending.DISK_REFUSED);
    }

    @Test
    void anotherFailureLongAfterTheLastIsANewOne() {
        disk.full("the disk is full");
        second();
        assertThat(disk.places(ALL)).isOne();
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(disk.places(ALL)).as("large files land late").isEqualTo(ALL);

        disk.full("the disk is full");

        assertThat(stop.isRaised()).isFalse();
    }

    @Test
    void whereNothingThatIsLeftFitsTheWorkerStopsInTime() {
        disk.noRoom();
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        disk.noRoom();
        disk.idle();
        assertThat(stop.isRaised()).isFalse();
        assertThat(disk.places(ALL)).as("smaller ones go on").isEqualTo(ALL);

        second();
        disk.noRoom();
        disk.idle();

        assertThat(stop.reason()).contains(Ending.DISK_REFUSED);
    }

    @Test
    void whereAnythingElseHadRoomTheWorkerGoesOn() {
        disk.noRoom();
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        disk.landed();
        disk.idle();
        disk.noRoom();
        disk.idle();
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        disk.hadRoom();
        disk.idle();

        assertThat(stop.isRaised()).isFalse();
    }

    @Test
    void aDiskThatCannotBeAskedIsWrittenTo() {
        DiskSpace unknown = new DiskSpace(
                Path.of("/data"),
                () -> {
                    throw new java.io.IOException("no such mount");
                },
                MIN,
                Duration.ofMinutes(1),
                stop,
                log,
                nanos::get);
        assertThat(unknown.places(ALL)).isEqualTo(ALL);
    }

    private void second() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    private java.util.List<String> events() throws Exception {
        LedgerFixture ledger = new LedgerFixture(0);
        Worker worker = ledger.join();
        log.write(new Events(ledger.database), worker);
        return ledger.sql.rows("select kind, subject, message from tallyman.event where worker_id = " + worker.id()
                + " and run_id = " + worker.runId() + " order by id");
    }
}
