package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Recorder;
import io.tallyman.ledger.Runs;
import io.tallyman.manifest.Manifest;
import io.tallyman.store.StoreConfig;
import io.tallyman.store.Stores;
import io.tallyman.transfer.Durability;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run from its beginning to its end, with a database that comes and goes. */
class RunnerTest {
    private final LedgerFixture ledger = new LedgerFixture(0);
    private final UnsteadyDatabase database = new UnsteadyDatabase(ledger.database);
    private final ShutdownDrain shutdown = new ShutdownDrain();

    @TempDir
    Path root;

    @Test
    void everyCallOfARunWaitsForADatabaseThatComesBack() throws Exception {
        // Given
        database.flicker();

        // When
        RunResult result = run("30S");

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(ledger.sql.rows("select state from tallyman.run")).containsExactly("finished");
    }

    @Test
    void aStartThatFailsLeavesNoThreadAndGivesTheWorkerBack() throws Exception {
        // Given a call that waiting does not cure
        ledger.sql.run("alter function tallyman.ensure_attempt_partitions rename to ensure_nothing");
        long before = threadsOfWorkers();

        // When
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("0S"));

        // Then
        assertThat(threadsOfWorkers()).isEqualTo(before);
        assertThat(ledger.sql.rows("select count(*) from tallyman.worker where stopped_at is null"))
                .containsExactly("0");
    }

    @Test
    void aRunWhoseTimeIsUpBeforeItsDatabaseIsBackStops() {
        // Given
        database.goAway();

        // When
        assertThatExceptionOfType(StoppedWaitingException.class)
                .isThrownBy(() -> run("10M", Duration.ofMillis(1)))
                // Then
                .satisfies(stopped -> assertThat(stopped.ending()).isEqualTo(Ending.TIME_UP));
    }

    @Test
    void aSignalEndsARunWhoseDatabaseWentAway() throws Exception {
        // Given a run with nothing to do for an hour
        ledger.sql.run(
                "insert into tallyman.entry (manifest_id, key, path) values (" + ledger.manifestId + ", 'k', 'p')");
        ledger.enqueue();
        ledger.queue("not_before = now() + interval '1 hour'", "true");
        CompletableFuture<RunResult> running = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                running.complete(run("10M"));
            } catch (Exception e) {
                running.completeExceptionally(e);
            }
        });
        await().until(() -> !ledger.sql
                .rows("select from tallyman.worker where stopped_at is null")
                .isEmpty());
        database.goAway();

        // When
        shutdown.onShutdown(new ShutdownEvent());

        // Then
        assertThat(running)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(StoppedWaitingException.class);
    }

    private long threadsOfWorkers() throws IOException {
        Path dump = root.resolve("threads-" + System.nanoTime());
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        try (Stream<String> lines = Files.lines(dump)) {
            return lines.filter(line -> line.contains("\"recording\"") || line.contains("\"heartbeat\""))
                    .count();
        }
    }

    private RunResult run(String patience) throws Exception {
        return run(patience, null);
    }

    private RunResult run(String patience, Duration timeLimit) throws Exception {
        SmallRyeConfig settings = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(RunConfig.class)
                .withMapping(StoreConfig.class)
                .withDefaultValue("tallyman.run.database-patience", patience)
                .withDefaultValue("tallyman.run.drain", "0S")
                .withDefaultValue("tallyman.store.s.max-requests-per-second", "5000")
                .build();
        RunConfig config = settings.getConfigMapping(RunConfig.class);
        DataSource source = database.source();
        Runner runner = new Runner(
                source,
                new Runs(source),
                new Reclaim(source),
                new Recorder(source),
                new KeptParts(source),
                new Backlog(source),
                new AttemptPartitions(source),
                new Stores(settings.getConfigMapping(StoreConfig.class), settings, Clock.systemUTC()),
                config,
                shutdown,
                new RunNotice(config),
                Clock.systemUTC(),
                Durability.NONE,
                "test");
        Manifest manifest = new Manifest();
        manifest.id = ledger.manifestId;
        manifest.name = "m";
        manifest.store = "s";
        manifest.destination = root.toString();
        return runner.run(manifest, null, new RunRequest("m", null, null, timeLimit), new RunProgress());
    }
}
