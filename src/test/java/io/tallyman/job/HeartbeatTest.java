package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final LedgerFixture ledger = new LedgerFixture(1);
    private final Worker worker = ledger.join();
    private final LeaseGuard guard = new LeaseGuard(LedgerFixture.DEAD_AFTER, Duration.ZERO, System::nanoTime);
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicInteger errands = new AtomicInteger();
    private final RunConfig config = new SmallRyeConfigBuilder()
            .withConverter(java.time.Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
            .withMapping(RunConfig.class)
            .build()
            .getConfigMapping(RunConfig.class);
    private final AtomicInteger timetable = new AtomicInteger();
    private volatile CompletableFuture<Boolean> hanging = CompletableFuture.completedFuture(true);
    private final UnsteadyDatabase database = new UnsteadyDatabase(ledger.database);
    private final Salvage salvage =
            new Salvage(ledger.reclaim, new io.tallyman.ledger.KeptParts(ledger.database), ledger.process, config);
    private final Heartbeat heartbeat = new Heartbeat(
            new Runs(database.source()),
            worker,
            guard,
            Duration.ofMillis(20),
            timetable::incrementAndGet,
            List.of(
                    () -> {
                        throw new SQLException("this one never succeeds");
                    },
                    () -> {
                        errands.incrementAndGet();
                        hanging.join();
                    },
                    salvage::takeBack),
            woken::incrementAndGet);

    HeartbeatTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        heartbeat.start();
    }

    @AfterEach
    void stop() throws Exception {
        heartbeat.stop();
    }

    @Test
    void signsOfLifeReachTheDatabase() {
        String first = beat();

        await().until(() -> !beat().equals(first) && errands.get() > 0);
        assertThat(guard.holds()).isTrue();
    }

    @Test
    void theTimetableIsFollowedWhileTheDatabaseIsAway() {
        // Given
        database.goAway();
        int before = timetable.get();
        int errandsBefore = errands.get();

        // Then
        await().until(() -> timetable.get() >= before + 3);
        assertThat(errands.get()).isLessThanOrEqualTo(errandsBefore + 1);
    }

    @Test
    void aWorkerThatOthersDeclaredLostKnowsItAndIsWoken() throws Exception {
        // When; a beat may come between the two, and its own look at the dead may be the one that finds it
        await().until(() -> {
            ledger.lose(worker);
            ledger.reclaim.reclaim(ledger.process, LedgerFixture.DEAD_AFTER, 2);
            return guard.isLost();
        });

        // Then
        await().until(() -> woken.get() > 0);
        assertThat(guard.holds()).isFalse();
    }

    @Test
    void whatADeadWorkerHeldIsTakenBack() throws Exception {
        // Given
        Worker dead = ledger.join();
        ledger.claims(dead).claim(1);

        // When
        ledger.lose(dead);

        // Then
        await().until(() -> ledger.sql
                .rows("select state from tallyman.standing")
                .getFirst()
                .equals("pending"));
    }

    @Test
    void theHeartGoesOnWhileAnErrandHangs() {
        // Given
        CompletableFuture<Boolean> hung = new CompletableFuture<>();
        hanging = hung;
        int before = errands.get();
        await().until(() -> errands.get() > before);

        // Then
        for (int beats = 0; beats < 3; beats++) {
            String last = beat();
            await().until(() -> !beat().equals(last));
        }
        hung.complete(true);
        await().until(() -> errands.get() > before + 2);
    }

    private String beat() {
        return ledger.sql
                .rows("select heartbeat_at from tallyman.worker where id = " + worker.id())
                .getFirst();
    }
}
