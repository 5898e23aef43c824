package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Recorded;
import io.tallyman.ledger.Worker;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.PausedGate;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The loop, the recording queue and the ledger together, with a task in the place of a transfer. */
class WorkerLoopTest {
    private static final int ENTRIES = 200;
    private static final int PARALLEL = 8;
    private static final String STORE = "http://127.0.0.1:1/bucket/";

    private final LedgerFixture ledger = new LedgerFixture(ENTRIES);
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong diskNanos = new AtomicLong();
    private final LeaseGuard leases = new LeaseGuard(Duration.ofSeconds(45), Duration.ZERO, nanos::get);
    private final StopSignal stop = new StopSignal();
    private final DatabasePatience patience = new DatabasePatience(Duration.ofSeconds(1));
    private final RunProgress progress = new RunProgress();
    private final Worker worker = ledger.join();
    private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    private final PressureLog log = new PressureLog(Clock.systemUTC());
    private final Gates gates = new Gates(PARALLEL, System::nanoTime, log);
    private final DiskSpace disk =
            new DiskSpace(Path.of("dest"), freeBytes::get, 1_000, Duration.ofMinutes(1), stop, log, diskNanos::get);
    private final Pressure pressure = new Pressure(PARALLEL, gates, STORE, disk, log, System::nanoTime);
    private final WorkerLoop loop = new WorkerLoop(
            ledger.claims(worker), new Backlog(ledger.database), ledger.manifestId, patience, stop, leases, pressure);
    private final RecordingQueue recordings =
            new RecordingQueue(ledger.recorder, worker, patience, Clock.systemUTC(), progress, stop, loop::wake);

    WorkerLoopTest() throws Exception {}

    @Test
    void everyEntryIsWorkedOnOnceAndNeverMoreAtATimeThanAllowed() throws Exception {
        // Given
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        // When
        work(claim -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            assertThat(seen.add(claim.entryId())).isTrue();
            inFlight.decrementAndGet();
            return LedgerFixture.landed(claim);
        });

        // Then
        assertThat(seen).hasSize(ENTRIES);
        assertThat(most.get()).isBetween(1, PARALLEL);
        assertThat(states()).isEqualTo("verified|" + ENTRIES);
        assertThat(progress.finalEntries()).isEqualTo(ENTRIES);
    }

    @Test
    void entriesThatComeBackAreWorkedOnAgainWhenTheyAreDue() throws Exception {
        // Given
        Set<Long> retried = ConcurrentHashMap.newKeySet();

        // When
        work(claim -> retried.add(claim.entryId())
                ? new Recorded.Retry(
                        claim.entryId(),
                        claim.epoch(),
                        attempted(),
                        io.tallyman.retry.Failure.of(io.tallyman.retry.FailureKind.Network.CONNECTION_LOST, "it broke"),
                        Duration.ofMillis(claim.entryId() % 50),
                        true)
                : LedgerFixture.landed(claim));

        // Then
        assertThat(states()).isEqualTo("verified|" + ENTRIES);
        assertThat(progress.retries()).isEqualTo(ENTRIES);
    }

    @Test
    void afterAStopNothingIsStartedAndWhatIsInFlightIsRecorded() throws Exception {
        // Given
        AtomicInteger started = new AtomicInteger();

        // When
        work(claim -> {
            if (started.incrementAndGet() == 10) {
                stop.raise(Ending.TIME_UP);
            }
            return LedgerFixture.landed(claim);
        });

        // Then
        assertThat(started.get()).isBetween(10, 10 + PARALLEL);
        assertThat(ledger.sql.rows("select count(*) from tallyman.entry where state = 'verified'"))
                .containsExactly(Integer.toString(started.get()));
    }

    @Test
    void whileTheLeasesAreNotSureNothingIsStartedAndAfterASignOfLifeItGoesOn() throws Exception {
        // Given
        CountDownLatch unsure = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        Thread running = startWork(claim -> {
            if (started.incrementAndGet() == 20) {
                nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                unsure.countDown();
            }
            return LedgerFixture.landed(claim);
        });
        unsure.await();
        await().until(() -> progress.finalEntries() == started.get());
        int before = started.get();
        loop.wake();
        loop.wake();

        // Then
        assertThat(before).isBetween(20, 20 + PARALLEL);
        assertThat(started).hasValue(before);

        // When
        leases.alive(nanos.get());
        loop.wake();
        running.join();

        // Then
        assertThat(started).hasValue(ENTRIES);
    }

    @Test
    void aWorkerDeclaredLostEndsAndItsLateResultsChangeNothing() throws Exception {
        // When
        work(claim -> {
            if (!leases.isLost()) {
                ledger.lose(worker);
                try {
                    ledger.reclaim.reclaim(ledger.process, LedgerFixture.DEAD_AFTER, 2);
                } catch (java.sql.SQLException e) {
                    throw new AssertionError(e);
                }
                leases.lost();
            }
            return LedgerFixture.landed(claim);
        });

        // Then
        assertThat(states()).isEqualTo("pending|" + ENTRIES);
        assertThat(progress.finalEntries()).isZero();
    }

    @Test
    void transfersThatOutlastTheDrainAreCutAndGiveTheirEntriesBack() throws Exception {
        // Given transfers that never end by themselves
        CountDownLatch begun = new CountDownLatch(PARALLEL);
        Thread.ofVirtual().start(() -> {
            try {
                begun.await();
                stop.raise(Ending.SIGNALLED);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        // When
        loop.work(
                (claim, onProven) -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException cut) {
                        return new Recorded.Released(claim.entryId(), claim.epoch());
                    }
                    throw new AssertionError("unreachable");
                },
                recordings);
        loop.drain(Duration.ZERO);
        recordings.finish();

        // Then
        assertThat(ledger.sql.rows("select count(*) from tallyman.attempt")).containsExactly("0");
        assertThat(ledger.sql.rows("select count(*) from tallyman.entry where state = 'verified'"))
                .containsExactly("0");
    }

    @Test
    void whileTheDiskIsFullNothingIsBegunAndWhatWasClaimedIsForOthers() throws Exception {
        // Given
        AtomicInteger started = new AtomicInteger();
        Thread running = startWork(claim -> {
            if (started.incrementAndGet() == 20) {
                diskHasFree(0);
            }
            return LedgerFixture.landed(claim);
        });

        // Then
        await().until(() -> started.get() >= 20 && claimed().equals("0"));
        int before = started.get();
        assertThat(before).isBetween(20, 20 + 2 * PARALLEL);

        // When
        diskHasFree(Long.MAX_VALUE);
        running.join();

        // Then
        assertThat(started).hasValue(ENTRIES);
        assertThat(states()).isEqualTo("verified|" + ENTRIES);
    }

    @Test
    void whatWasClaimedIsForOthersThoughALongTransferIsInFlight() throws Exception {
        // Given a transfer that goes on while nothing more may be begun
        CountDownLatch ashore = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        Thread running = startWork(claim -> {
            int number = started.incrementAndGet();
            if (number == 1) {
                await().until(() -> ashore.getCount() == 0);
            } else if (number == 20) {
                diskHasFree(0);
            }
            return LedgerFixture.landed(claim);
        });

        // Then
        await().until(() -> started.get() >= 20 && claimed().equals("1"));

        // When
        ashore.countDown();
        diskHasFree(Long.MAX_VALUE);
        running.join();

        // Then
        assertThat(started).hasValue(ENTRIES);
        assertThat(states()).isEqualTo("verified|" + ENTRIES);
    }

    @Test
    void anEntryWhoseEndpointIsToBeLeftAloneIsNotBegun() throws Exception {
        // Given URLs of two hosts, one of which wants no request for ten minutes of its own time
        ledger.sql.run("update tallyman.entry set url = 'http://' || case when id % 2 = 0 then 'alone' else 'open' end"
                + " || '.example/' || key, key = 'http://example/' || key");
        AtomicLong gateNanos = new AtomicLong();
        Gates own = new Gates(PARALLEL, gateNanos::get, log);
        Pressure urls = new Pressure(PARALLEL, own, null, disk, log, System::nanoTime);
        WorkerLoop urlLoop = new WorkerLoop(
                ledger.claims(worker), new Backlog(ledger.database), ledger.manifestId, patience, stop, leases, urls);
        PausedGate.pause(own.of("http://alone.example/"), Duration.ofMinutes(10));
        Set<String> begun = ConcurrentHashMap.newKeySet();
        AtomicInteger landed = new AtomicInteger();

        // When
        urlLoop.work(
                (claim, onProven) -> {
                    begun.add(String.valueOf(claim.url()).replaceAll("example/.*", ""));
                    if (landed.incrementAndGet() == ENTRIES / 2) {
                        stop.raise(Ending.TIME_UP);
                    }
                    return LedgerFixture.landed(claim);
                },
                recordings);
        urlLoop.drain(Duration.ofMinutes(1));
        recordings.finish();

        // Then
        assertThat(begun).containsExactly("http://open.");
        assertThat(ledger.sql.rows("select count(*) from tallyman.queue where attempts + deferrals > 0"))
                .containsExactly("0");
        assertThat(ledger.sql.rows("select count(*) > 0 from tallyman.queue where not_before > now()"))
                .containsExactly("t");
        assertThat(states()).isEqualTo("pending|100 verified|100");
    }

    private Thread startWork(Function<Claim, Recorded> task) {
        return Thread.ofVirtual().start(() -> {
            try {
                work(task);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Which is looked at once a second. */
    private void diskHasFree(long bytes) {
        freeBytes.set(bytes);
        diskNanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    private String claimed() throws Exception {
        return ledger.sql
                .rows("select count(*) from tallyman.queue where worker_id is not null")
                .getFirst();
    }

    private void work(Function<Claim, Recorded> task) throws Exception {
        try {
            loop.work((claim, onProven) -> task.apply(claim), recordings);
        } finally {
            loop.drain(Duration.ofMinutes(1));
            recordings.finish();
        }
    }

    private String states() {
        return String.join(
                " ", ledger.sql.rows("select state, count(*) from tallyman.entry group by state order by state"));
    }

    private static Attempted attempted() {
        return LedgerFixture.attempted();
    }
}
