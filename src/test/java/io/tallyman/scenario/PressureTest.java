package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tallyman.database.EmbeddedPostgresResource;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.house.FaultCase;
import io.tallyman.job.Ending;
import io.tallyman.job.RunResult;
import io.tallyman.job.Runner;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a store or a disk that cannot take all that is asked of it. */
@QuarkusTest
@TestProfile(TightLimits.class)
@QuarkusTestResource(value = EmbeddedPostgresResource.class, restrictToAnnotatedClass = true)
class PressureTest {
    @Inject
    ManifestImport manifestImport;

    @Inject
    Runner runner;

    @Inject
    DataSource database;

    @TempDir
    Path folder;

    private String manifest;
    private Path destination;
    private Quay quay;

    @BeforeEach
    void quayOfThisTest(TestInfo test) throws Exception {
        manifest = test.getTestMethod().orElseThrow().getName();
        destination = Files.createDirectories(folder.resolve("files"));
        quay = new Quay(manifest, destination, manifestImport, runner);
    }

    @AfterEach
    void close() {
        quay.close();
    }

    @Test
    @FaultCase(30)
    void bodiesThatTrickleAreCutWhileTheOthersComeAshore() throws Exception {
        // Given one of twenty that sends a byte now and then at its first request
        Predicate<String> slow = key -> key.endsWith("7");
        objects(40, 50_000);
        quay.script(FaultScript.none().onFirst(1, slow, new Fault.SlowDrip(1, Duration.ofMillis(20))));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(attempts("failure_kind, outcome, count(*)", "failure_kind is not null group by 1, 2"))
                .containsExactly("stalled retried 4");
        assertThat(attempts("bool_and(bytes < 3000)", "failure_kind is not null"))
                .containsExactly("t");
    }

    /** In small: what the store refuses goes back unharmed, the breaker opens and closes, and all is told. */
    @Test
    @FaultCase(28)
    void aStormOf503sBurnsNoAttemptAndIsToldOf() throws Exception {
        // Given a storm that hits the first two dozen, once each
        Predicate<String> hit = hasNumberFrom(24).negate();
        objects(60, 1_000);
        quay.script(FaultScript.none().onFirst(1, hit, Fault.Status.busy(Duration.ofMillis(1))));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(Ledgers.rows(
                        database,
                        "select max(attempts) from tallyman.entry where manifest_id = (select id from tallyman.manifest"
                                + " where name = '" + manifest + "')"))
                .containsExactly("1");
        assertThat(events("kind")).contains("opened", "closed");
        assertThat(events("subject")).contains(quay.oss.endpoint().toString());
    }

    @Test
    void aHostThatTakesNothingDoesNotKeepTheUrlsOfAnotherWaiting() throws Exception {
        try (Quay lee = new Quay(manifest, destination, manifestImport, runner)) {
            // Given URLs of two hosts, first those of one that refuses everything
            List<String> rows = new ArrayList<>(List.of("url,size,path"));
            urls(lee, "dead", 300, rows);
            urls(quay, "living", 100, rows);
            quay.importCsv(rows.toArray(String[]::new));
            lee.script(FaultScript.none().always(key -> true, Fault.Status.busy(Duration.ofMillis(1))));
            CompletableFuture<List<String>> whenTheLivingAreAshore = CompletableFuture.supplyAsync(() -> {
                try {
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> attempts("1", "outcome = 'verified'").size() == 100);
                    return Ledgers.rows(
                            database,
                            "select substring(path from '[a-z]+'), state, count(*) from tallyman.entry where manifest_id"
                                    + " = (select id from tallyman.manifest where name = '" + manifest
                                    + "') group by 1, 2 order by 1");
                } finally {
                    lee.script(FaultScript.none());
                }
            });

            // When
            RunResult result = quay.run(null);

            // Then
            assertThat(whenTheLivingAreAshore.join()).containsExactly("dead pending 300", "living verified 100");
            assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
            // And nothing but what the host refused is on the entries' accounts
            long refused = lee.oss.seen().stream()
                    .filter(request -> request.status() == 503)
                    .count();
            assertThat(attempts("count(*)", "failure_kind = 'throttled'")).containsExactly(Long.toString(refused));
            assertThat(attempts("count(*)", "true")).containsExactly(Long.toString(400 + refused));
        }
    }

    @Test
    void aRunOfAStoreWithLimitsTakesPartInSharingThem() throws Exception {
        // Given
        objects(10, 1_000);

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(Ledgers.rows(database, "select store from tallyman.worker where run_id = " + result.runId()))
                .containsExactly("test");
        assertThat(events("kind")).isEmpty();
    }

    @Test
    @FaultCase(37)
    void aFullDiskIsWaitedForAndThenEndsTheRunWithEverythingUnharmed() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "4m")) {
            // Given more than fits
            objects(20, 500_000);

            // When
            RunResult result = quay.run();

            // Then
            assertStoppedByTheDisk(result, "disk_full");
            assertThat(result.ending().exitCode()).isEqualTo(12);
            assertThat(quay.files())
                    .hasSize((int) result.entries().verified())
                    .noneMatch(name -> name.endsWith(".part"));
            assertThat(events("kind || ' ' || subject")).contains("disk_full " + volume.root.toRealPath());
        }
    }

    @Test
    @FaultCase(37)
    void aFullDiskThatIsFreedInTimeCostsNothingButTime() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "8m")) {
            // Given a disk filled by others
            Path ballast = volume.root.resolve("ballast");
            objects(10, 500_000);
            Files.write(ballast, new byte[6_000_000]);
            Thread freeing = Thread.ofVirtual().start(() -> {
                await().until(() -> !attempts("1", "failure_kind = 'disk_full'").isEmpty());
                try {
                    Files.delete(ballast);
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });

            // When
            RunResult result = quay.run();
            freeing.join();

            // Then
            assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
            assertThat(attempts("max(number) < 10", "true")).containsExactly("t");
        }
    }

    @Test
    @FaultCase(37)
    void objectsLargerThanTheDiskAreNotBegunAndTheOthersComeAshore() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "8m")) {
            // Given
            giantsAndOthers();

            // When
            RunResult result = quay.run();

            // Then
            assertThat(result.ending()).isEqualTo(Ending.DISK_REFUSED);
            assertThat(result.entries().verified()).isEqualTo(40);
            assertThat(result.entries().pending()).isEqualTo(2);
            assertThat(attempts("distinct failure_kind, outcome, bytes", "failure_kind is not null"))
                    .containsExactly("no_room deferred 0");
            assertThat(Quay.files(volume.root)).hasSize(40).noneMatch(name -> name.endsWith(".part"));
            assertThat(events("kind")).as("nobody else was held back").isEmpty();
        }
    }

    @Test
    @FaultCase(37)
    void anObjectThatNeverFitsIsGivenUpInTheEnd() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "8m")) {
            // Given
            giantsAndOthers();
            allWerePutOffOften();

            // When
            RunResult result = quay.run();

            // Then
            assertThat(result.ending().exitCode()).isEqualTo(3);
            assertThat(result.entries().verified()).isEqualTo(40);
            assertThat(result.entries().quarantined()).isEqualTo(2);
            assertThat(attempts("key, failure_kind", "outcome = 'quarantined'"))
                    .containsExactlyInAnyOrder("giant-0 no_room", "giant-1 no_room");
            assertThat(Quay.files(volume.root)).hasSize(40);
        }
    }

    @Test
    @FaultCase(37)
    void anObjectOfUnknownSizeThatFillsTheDiskAgainAndAgainIsGivenUp() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "8m")) {
            // Given
            quay.put("giant", new byte[16_000_000]);
            quay.script(FaultScript.none().onFirst(100, key -> true, new Fault.Chunked()));
            quay.importCsv("key,size", "giant,");
            allWerePutOffOften();

            // When
            RunResult result = quay.run();

            // Then
            assertThat(result.ending().exitCode()).isEqualTo(3);
            assertThat(attempts("failure_kind, outcome", "true"))
                    .containsExactlyInAnyOrder("disk_full deferred", "disk_full quarantined");
            assertThat(Quay.files(volume.root)).isEmpty();
        }
    }

    /** Two that never fit come first; of one the manifest does not tell the size. */
    private void giantsAndOthers() throws Exception {
        List<String> rows = new ArrayList<>(List.of("key,size,priority", "giant-0,16000000,9", "giant-1,,9"));
        quay.put("giant-0", new byte[16_000_000]);
        quay.put("giant-1", new byte[16_000_000]);
        for (int number = 0; number < 40; number++) {
            quay.put("object-" + number, new byte[100_000]);
            rows.add("object-" + number + ",100000,0");
        }
        quay.importCsv(rows.toArray(String[]::new));
    }

    private void allWerePutOffOften() {
        Ledgers.rows(
                database,
                "update tallyman.queue set deferrals = 98 where manifest_id = (select id from tallyman.manifest"
                        + " where name = '" + manifest + "') returning entry_id");
    }

    @Test
    @FaultCase(39)
    void aVolumeThatTurnsReadOnlyEndsTheRunWithEverythingUnharmed() throws Exception {
        try (SmallVolume volume = SmallVolume.mount(destination, "64m")) {
            // Given a store that answers late but for the first few, so that there are moments without a file being
            // written
            objects(80, 1_000);
            quay.script(FaultScript.none().onFirst(1, hasNumberFrom(20), new Fault.Delay(Duration.ofSeconds(1))));
            Thread failing = Thread.ofVirtual().start(() -> {
                await().until(() -> !attempts("1", "outcome = 'verified'").isEmpty());
                await().pollInterval(Duration.ofMillis(20)).until(volume::tryReadOnly);
            });

            // When
            RunResult result = quay.run();
            failing.join();

            // Then
            assertStoppedByTheDisk(result, "disk_read_only");
            assertThat(quay.files().stream().filter(name -> !name.startsWith(".tallyman.")))
                    .hasSize((int) result.entries().verified());

            // And once it can be written the next run finishes it
            volume.writable();
            assertThat(quay.run().ending()).isEqualTo(Ending.ALL_VERIFIED);
            assertThat(quay.files()).hasSize(80).noneMatch(name -> name.startsWith(".tallyman."));
        }
    }

    @Test
    @FaultCase(39)
    void aVolumeThatVanishesEndsTheRunAndTheEmptyFolderInItsPlaceIsNotFilled() throws Exception {
        Path elsewhere = folder.resolve("volume");
        try (SmallVolume volume = SmallVolume.mount(elsewhere, "64m")) {
            // Given a volume that is seen from elsewhere too, and objects in many folders, most of them answered late
            volume.showAt(destination);
            List<String> rows = new ArrayList<>(List.of("key,size"));
            for (int number = 0; number < 80; number++) {
                quay.put("folder-" + number % 7 + "/object-" + number, new byte[1_000 + number]);
                rows.add("folder-" + number % 7 + "/object-" + number + "," + (1_000 + number));
            }
            quay.importCsv(rows.toArray(String[]::new));
            quay.script(FaultScript.none().onFirst(1, hasNumberFrom(20), new Fault.Delay(Duration.ofMillis(500))));
            Thread failing = Thread.ofVirtual().start(() -> {
                await().until(() -> !attempts("1", "outcome = 'verified'").isEmpty());
                SmallVolume.hide(destination);
            });

            // When
            RunResult result = quay.run();
            failing.join();

            // Then
            assertStoppedByTheDisk(result, "disk_read_only");
            assertThat(quay.files()).isEmpty();
            assertThat(Quay.files(elsewhere).stream().filter(name -> !name.contains(".tallyman.")))
                    .hasSize((int) result.entries().verified());

            // And once it is back the next run finishes it
            volume.showAt(destination);
            assertThat(quay.run().ending()).isEqualTo(Ending.ALL_VERIFIED);
            assertThat(quay.files()).hasSize(80).noneMatch(name -> name.contains(".tallyman."));
        } finally {
            SmallVolume.hide(destination);
        }
    }

    private void assertStoppedByTheDisk(RunResult result, String failureKind) {
        assertThat(result.ending()).isEqualTo(Ending.DISK_REFUSED);
        assertThat(result.entries().failed() + result.entries().quarantined()).isZero();
        assertThat(result.entries().verified()).isPositive();
        assertThat(result.entries().pending()).isPositive();
        assertThat(attempts("distinct failure_kind, outcome", "failure_kind is not null"))
                .containsExactly(failureKind + " deferred");
        assertThat(Ledgers.rows(
                        database,
                        "select max(attempts) from tallyman.queue where manifest_id = (select id from tallyman.manifest"
                                + " where name = '" + manifest + "')"))
                .containsExactly("0");
    }

    private static Predicate<String> hasNumberFrom(int first) {
        return key -> Integer.parseInt(key.substring(key.lastIndexOf('-') + 1)) >= first;
    }

    private void objects(int count, int sizeBytes) throws Exception {
        List<String> rows = new ArrayList<>(List.of("key,size"));
        SplittableRandom random = new SplittableRandom(count);
        for (int number = 0; number < count; number++) {
            byte[] bytes = new byte[sizeBytes];
            random.nextBytes(bytes);
            quay.put("object-" + number, bytes);
            rows.add("object-" + number + "," + sizeBytes);
        }
        quay.importCsv(rows.toArray(String[]::new));
    }

    private static void urls(Quay host, String name, int count, List<String> rows) {
        Oss4Signer signer = new Oss4Signer(host.store(Quay.ACCESS_KEY_SECRET));
        for (int number = 0; number < count; number++) {
            String key = name + "-" + number;
            host.put(key, key.getBytes(StandardCharsets.US_ASCII));
            String url = signer.sign(SignRequest.of(key, Duration.ofHours(1)), Instant.now())
                    .reveal();
            rows.add(url + "," + key.length() + "," + key);
        }
    }

    private List<String> attempts(String columns, String condition) {
        return Ledgers.rows(
                database,
                "select " + columns + " from report.attempts where manifest = '" + manifest + "' and " + condition);
    }

    private List<String> events(String column) {
        return Ledgers.rows(
                database,
                "select " + column
                        + " from tallyman.event where manifest_id = (select id from tallyman.manifest where name = '"
                        + manifest + "') order by id");
    }
}
