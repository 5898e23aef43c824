package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.database.EmbeddedPostgres;
import io.tallyman.database.HomeServer;
import io.tallyman.database.PostgresServer;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Processes that die or are stopped in the middle, and others that go on. */
class KilledRunIT {
    private static final int OBJECTS = 120;
    private static final int SIZE = 20_000;

    @TempDir
    Path folder;

    private StandInOss oss;
    private Tallyman tallyman;
    private EmbeddedPostgres home;
    private DataSource database;

    @BeforeEach
    void objectsThatComeSlowly() throws Exception {
        oss = StandInOss.builder()
                .credentials(new StandInCredentials(Quay.ACCESS_KEY_ID, Quay.ACCESS_KEY_SECRET))
                .region(Quay.REGION)
                .start();
        List<String> csv = new ArrayList<>(List.of("key"));
        for (int i = 0; i < OBJECTS; i++) {
            oss.bucket(Quay.BUCKET).put(key(i), bytes(i));
            csv.add(key(i));
        }
        oss.script(FaultScript.none().always(key -> true, new Fault.SlowDrip(SIZE / 20, Duration.ofMillis(50))));
        Files.write(folder.resolve("manifest.csv"), csv);
        tallyman = new Tallyman(folder)
                .with("OSS_ENDPOINT", oss.endpoint().toString())
                .with("OSS_REGION", Quay.REGION)
                .with("OSS_BUCKET", Quay.BUCKET)
                .with("OSS_ACCESS_KEY_ID", Quay.ACCESS_KEY_ID)
                .with("OSS_ACCESS_KEY_SECRET", Quay.ACCESS_KEY_SECRET)
                .with("TALLYMAN_RUN_PARALLEL", "8");
        assertThat(tallyman.run("import", "manifest.csv", "--manifest", "m", "--dest", "out")
                        .exitCode())
                .isZero();
        home = EmbeddedPostgres.join(folder.resolve("home"));
        PostgresServer server = home.server();
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.jdbcUrl());
        dataSource.setUser(server.username());
        dataSource.setPassword(server.password());
        database = dataSource;
    }

    @AfterEach
    void close() {
        oss.close();
        home.close();
        HomeServer.awaitStopped(folder.resolve("home"));
    }

    @Test
    void aRunKilledInTheMiddleIsFinishedByTheNextWithEveryObjectOnce() throws Exception {
        // Given
        Tallyman.Running first = tallyman.start("run", "m");
        awaitLanded(20);
        first.process().destroyForcibly().waitFor();
        assertThat(landed()).isLessThan(OBJECTS);
        assertThat(partFiles()).isNotEmpty();
        oss.script(FaultScript.none());

        // When
        Tallyman.Result second = tallyman.run("run", "m");

        // Then
        assertThat(second.exitCode()).as(second.stderr()).isZero();
        assertEveryObjectOnceAndWhole();
        assertThat(Ledgers.rows(database, "select failure_kind from report.attempts where failure_kind is not null"))
                .isNotEmpty()
                .containsOnly("worker_died");
    }

    @Test
    void aLargeObjectOfAKilledRunIsNotFetchedFromItsBeginningAgain() throws Exception {
        // Given an object whose bytes come over several seconds, and a worker that is killed when some of it is on
        // record
        byte[] large = new byte[24 << 20];
        new SplittableRandom(1).nextBytes(large);
        oss.bucket(Quay.BUCKET).put("large", large);
        Files.writeString(folder.resolve("large.csv"), "key,size\nlarge," + large.length + "\n");
        tallyman.with("TALLYMAN_RUN_LARGE_FROM_BYTES", "1048576").with("TALLYMAN_RUN_PART_BYTES", "2097152");
        assertThat(tallyman.run("import", "large.csv", "--manifest", "large", "--dest", "out")
                        .exitCode())
                .isZero();
        oss.script(FaultScript.none().always("large", new Fault.SlowDrip(64 * 1024, Duration.ofMillis(50))));
        Tallyman.Running first = tallyman.start("run", "large");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> Files.isDirectory(folder.resolve("out"))
                        && partFiles().stream().anyMatch(name -> name.endsWith(".kept")));
        await().atMost(Duration.ofSeconds(90)).until(() -> keptBytes() > 4 << 20);
        // The database is told once it is on disk.
        await().atMost(Duration.ofSeconds(90))
                .until(() -> Ledgers.rows(database, "select count(*) > 0 from tallyman.entry_part")
                        .contains("t"));
        first.process().destroyForcibly().waitFor();
        oss.script(FaultScript.none());
        long keptBytes = keptBytes();

        // When
        Tallyman.Result second = tallyman.run("run", "large");

        // Then
        assertThat(second.exitCode()).as(second.stderr()).isZero();
        assertThat(folder.resolve("out/large")).hasBinaryContent(large);
        assertThat(partFiles()).isEmpty();
        assertThat(Ledgers.rows(database, "select bytes from report.attempts where final"))
                .satisfiesExactly(
                        bytes -> assertThat(Long.parseLong(bytes)).isLessThanOrEqualTo(large.length - keptBytes));
        assertThat(Ledgers.rows(database, "select count(*) from tallyman.entry_part"))
                .containsExactly("0");
    }

    /** What the record beside the part file says; a later line for an offset is in place of an earlier one. */
    private long keptBytes() throws Exception {
        Map<String, Long> pieces = new HashMap<>();
        for (String name : partFiles()) {
            if (name.endsWith(".kept")) {
                for (String line : Files.readAllLines(folder.resolve("out").resolve(name))) {
                    String[] words = line.split(" ", -1);
                    if (words[0].equals("piece") && words.length == 4) {
                        pieces.put(words[1], Long.valueOf(words[2]));
                    }
                }
            }
        }
        return pieces.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void anEntryHeldByTwoDyingWorkersIsQuarantinedAndLeavesNoPartFile() throws Exception {
        // Given a worker that died
        Tallyman.Running first = tallyman.start("run", "m");
        awaitLanded(20);
        first.process().destroyForcibly().waitFor();
        // and another that died while it held an entry of the first
        oss.script(FaultScript.none().always(key -> true, new Fault.SlowDrip(100, Duration.ofSeconds(10))));
        Tallyman.Running second = tallyman.start("run", "m");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> !Ledgers.rows(
                                database,
                                "select 1 from tallyman.standing where state = 'leased' and worker_deaths = 1 and worker_id ="
                                        + " (select max(id) from tallyman.worker)")
                        .isEmpty());
        await().atMost(Duration.ofSeconds(90)).until(() -> !partFiles().isEmpty());
        second.process().destroyForcibly().waitFor();
        oss.script(FaultScript.none());

        // When
        Tallyman.Result third = tallyman.run("run", "m");

        // Then
        assertThat(third.exitCode()).as(third.stderr()).isEqualTo(3);
        assertThat(Ledgers.rows(
                        database,
                        "select state, failure_kind from tallyman.entry where state <> 'verified' group by 1, 2"))
                .containsExactly("quarantined worker_died");
        assertThat(partFiles()).isEmpty();
    }

    @Test
    void aDatabaseThatCrashesAndComesBackInTheMiddleLosesNothing() throws Exception {
        // Given
        Tallyman.Running run = tallyman.start("run", "m");
        awaitLanded(20);

        // When
        HomeServer.crash(folder.resolve("home"));
        long before = landed();
        oss.script(FaultScript.none());
        Tallyman.Result result = run.await();

        // Then
        assertThat(before).isLessThan(OBJECTS);
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        assertEveryObjectOnceAndWhole();
    }

    @Test
    void twoProcessesShareOneRun() throws Exception {
        // Given a run that cannot end before both have joined it
        oss.script(FaultScript.none().always(key -> true, new Fault.SlowDrip(SIZE / 2, Duration.ofSeconds(10))));
        Tallyman.Running one = tallyman.start("run", "m");
        Tallyman.Running other = tallyman.start("run", "m");
        await().atMost(Duration.ofSeconds(90)).until(() -> workers() == 2);

        // When
        oss.script(FaultScript.none());

        // Then
        assertThat(one.await().exitCode()).isZero();
        assertThat(other.await().exitCode()).isZero();
        assertEveryObjectOnceAndWhole();
        assertThat(Ledgers.rows(database, "select count(*) from tallyman.run")).containsExactly("1");
    }

    private long workers() {
        return Long.parseLong(
                Ledgers.rows(database, "select count(*) from tallyman.worker").getFirst());
    }

    @Test
    void aRunToldToTerminateDrainsGivesBackWhatItHoldsAndSaysSo() throws Exception {
        // Given
        Tallyman.Running running = tallyman.start("run", "m");
        awaitLanded(10);

        // When
        running.process().destroy();
        Tallyman.Result result = running.await();

        // Then
        assertThat(result.exitCode()).isEqualTo(143);
        assertThat(Ledgers.rows(database, "select count(*) from tallyman.standing where state = 'leased'"))
                .containsExactly("0");
        assertThat(Ledgers.rows(database, "select state from report.run_overview"))
                .containsExactly("stopped");
        assertThat(partFiles()).isEmpty();
    }

    @Test
    void aRunWhoseTimeIsUpStopsWithWorkLeftAndTheNextGoesOn() throws Exception {
        // When
        Tallyman.Result first = tallyman.run("run", "m", "--max-duration", "1s");

        // Then
        assertThat(first.exitCode()).isEqualTo(5);
        assertThat(Ledgers.rows(database, "select count(*) from tallyman.standing where state = 'leased'"))
                .containsExactly("0");
        oss.script(FaultScript.none());
        assertThat(tallyman.run("run", "m").exitCode()).isZero();
        assertEveryObjectOnceAndWhole();
    }

    private void awaitLanded(int objects) {
        await().atMost(Duration.ofSeconds(90)).until(() -> landed() >= objects);
    }

    private long landed() throws Exception {
        Path out = folder.resolve("out");
        return Files.isDirectory(out)
                ? Quay.files(out).stream().filter(name -> name.startsWith("o")).count()
                : 0;
    }

    private List<String> partFiles() throws Exception {
        return Quay.files(folder.resolve("out")).stream()
                .filter(name -> name.startsWith("."))
                .toList();
    }

    private void assertEveryObjectOnceAndWhole() throws Exception {
        assertThat(Quay.files(folder.resolve("out"))).hasSize(OBJECTS);
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(folder.resolve("out").resolve(key(i))).hasBinaryContent(bytes(i));
        }
        assertThat(Ledgers.rows(database, "select state, count(*) from tallyman.entry group by state"))
                .containsExactly("verified " + OBJECTS);
        assertThat(Ledgers.rows(database, "select count(*), count(distinct entry_id) from report.attempts where final"))
                .containsExactly(OBJECTS + " " + OBJECTS);
    }

    private static String key(int i) {
        return "o" + i;
    }

    private static byte[] bytes(int i) {
        byte[] bytes = new byte[SIZE];
        new SplittableRandom(i).nextBytes(bytes);
        return bytes;
    }
}
