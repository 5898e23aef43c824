package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StoredObject;
import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that refuses at any step: nothing is taken for landed, and the next attempt is not harmed. */
class DiskFaultsTest {
    private static final int LARGE = 128 * 1024 * 10 + 123;
    private static final Map<String, FailureKind> REASONS = Map.of(
            "Input/output error", FailureKind.Local.DISK_ERROR,
            "Read-only file system", FailureKind.Local.DISK_READ_ONLY,
            "Disk quota exceeded", FailureKind.Local.DISK_FULL,
            "Stale file handle", FailureKind.Local.DISK_READ_ONLY);
    private static final Set<FaultyDisk.Call> FORCES =
            EnumSet.of(FaultyDisk.Call.FORCE, FaultyDisk.Call.FORCE_DIRECTORY);

    @TempDir
    Path root;

    private final FaultyDisk disk = new FaultyDisk();
    private Harbour harbour;
    private long entry;

    @BeforeEach
    void open() {
        harbour = new Harbour(root, new LargeObjects(512 * 1024, 128 * 1024, 3), 8);
    }

    @AfterEach
    void close() throws Exception {
        harbour.close();
    }

    @ParameterizedTest
    @EnumSource
    @FaultCase(38)
    void whateverTheDiskRefusesIsNamedAndNeverTakenForLanded(Durability durability) throws Exception {
        System.out.println("tallyman.seed=" + Harbour.SEED);
        SplittableRandom random = new SplittableRandom(Harbour.SEED);
        try (Transfer transfer = harbour.to(durability, new Directories(disk), new Commits(durability))) {
            for (int size : new int[] {10_000, LARGE}) {
                byte[] bytes = Harbour.bytes(size, size);
                harbour.put(StoredObject.of(bytes));
                for (FaultyDisk.Call call : EnumSet.complementOf(EnumSet.of(FaultyDisk.Call.DELETE))) {
                    if (durability == Durability.NONE && FORCES.contains(call)) {
                        continue;
                    }
                    for (String reason : REASONS.keySet()) {
                        int first = call == FaultyDisk.Call.WRITE && size == LARGE ? random.nextInt(10) : 0;
                        refused(transfer, bytes, reason, first, call);
                        if (reason.startsWith("Read-only")) {
                            refused(transfer, bytes, reason, first, call, FaultyDisk.Call.DELETE);
                        }
                    }
                }
            }
        }
        assertThat(OpenFiles.under(root)).isZero();
    }

    private void refused(Transfer transfer, byte[] bytes, String reason, int first, FaultyDisk.Call... calls)
            throws Exception {
        // Given
        String what = bytes.length + " bytes, " + reason + " at " + List.of(calls) + " after " + first;
        entry++;
        Path folder = Files.createDirectory(root.resolve("folder-" + entry));
        disk.fail(reason, first, calls);

        // When
        TransferOutcome outcome = run(transfer, folder, 1);

        // Then
        disk.heal();
        assertThat(outcome.failure()).as(what).isNotNull();
        assertThat(outcome.failure().kind()).as(what).isEqualTo(REASONS.get(reason));
        assertThat(outcome.verified()).as(what).isFalse();
        if (calls[0] == FaultyDisk.Call.FORCE_DIRECTORY) {
            // Its bytes are on disk, of its name nobody knows.
            assertThat(folder.resolve("object")).as(what).hasBinaryContent(bytes);
        } else {
            assertThat(folder.resolve("object")).as(what).doesNotExist();
        }
        if (calls.length == 1 && calls[0] != FaultyDisk.Call.FORCE_DIRECTORY) {
            assertThat(folder).as(what).isEmptyDirectory();
        }

        // And the next attempt finds nothing that could mislead it
        TransferOutcome next = run(transfer, folder, 2);
        assertThat(next.failure()).as(what).isNull();
        assertThat(next.verified()).as(what).isTrue();
        assertThat(folder.resolve("object")).as(what).hasBinaryContent(bytes);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as(what).containsExactly(folder.resolve("object"));
        }
    }

    private TransferOutcome run(Transfer transfer, Path folder, long epoch) throws Exception {
        return transfer.run(
                new TransferRequest(entry, epoch, DestinationPath.under(folder, "object"), Expectations.NONE),
                harbour::url,
                () -> true);
    }

    @Test
    @FaultCase(38)
    void bytesThatCouldNotBeForcedToDiskAreNotBuiltOnAlsoWhereAnInterruptComesWithIt() throws Exception {
        byte[] bytes = Harbour.bytes(LARGE, 1);
        harbour.put(StoredObject.of(bytes));
        disk.fail("Input/output error", 0, FaultyDisk.Call.FORCE);
        disk.interrupt(Thread.currentThread(), FaultyDisk.Call.FORCE);

        try (Transfer transfer = durable()) {
            assertThatThrownBy(() -> run(transfer, root, 1)).isInstanceOf(InterruptedException.class);

            assertEverythingIsFetchedAgain(transfer, bytes);
        }
    }

    @Test
    @FaultCase(38)
    void bytesThatCouldNotBeForcedToDiskAreNotBuiltOnAlsoWhereTheStoreFailedFirst() throws Exception {
        byte[] bytes = cutInTheMiddle();
        disk.fail("Input/output error", 0, FaultyDisk.Call.FORCE);

        try (Transfer transfer = durable()) {
            assertThat(run(transfer, root, 1).failure()).isNotNull();

            assertEverythingIsFetchedAgain(transfer, bytes);
        }
    }

    @Test
    @FaultCase(38)
    void bytesOfOneStreamThatCouldNotBeForcedToDiskAreNotBuiltOnAlsoWhereAnInterruptComesWithIt() throws Exception {
        harbour.close();
        harbour = new Harbour(root, new LargeObjects(2 * LARGE, 128 * 1024, 3), 8);
        byte[] bytes = cutInTheMiddle();
        disk.fail("Input/output error", 0, FaultyDisk.Call.FORCE);
        disk.interrupt(Thread.currentThread(), FaultyDisk.Call.FORCE);

        try (Transfer transfer = durable()) {
            assertThatThrownBy(() -> run(transfer, root, 1)).isInstanceOf(InterruptedException.class);

            assertEverythingIsFetchedAgain(transfer, bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "FORCE_DIRECTORY"})
    void anInterruptWhileAWholeObjectIsForcedToDiskLosesNothingOfIt(FaultyDisk.Call call) throws Exception {
        byte[] bytes = Harbour.bytes(10_000, 1);
        harbour.put(StoredObject.of(bytes));
        disk.interrupt(Thread.currentThread(), call);

        try (Transfer transfer = durable()) {
            TransferOutcome outcome = run(transfer, root, 1);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(outcome.failure()).isNull();
            assertThat(root.resolve("object")).hasBinaryContent(bytes);
        }
    }

    /** A large object that the store breaks off once, and then refuses. */
    private byte[] cutInTheMiddle() {
        byte[] bytes = Harbour.bytes(LARGE, 1);
        harbour.put(StoredObject.of(bytes));
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(LARGE / 2, false))
                .always("object", new Fault.Status(403, "AccessDenied")));
        return bytes;
    }

    private Transfer durable() {
        return harbour.to(Durability.OBJECT, new Directories(disk), new Commits(Durability.OBJECT));
    }

    private void assertEverythingIsFetchedAgain(Transfer transfer, byte[] bytes) throws Exception {
        assertThat(root).isEmptyDirectory();
        disk.heal();
        harbour.script(FaultScript.none());
        TransferOutcome next = run(transfer, root, 2);
        assertThat(next.verified()).isTrue();
        assertThat(next.bytes()).isEqualTo(bytes.length);
        assertThat(root.resolve("object")).hasBinaryContent(bytes);
    }

    /** What the pass over the whole file system could not write may be anybody's, also one's that is not whole yet. */
    @Test
    @FaultCase(38)
    void afterAPassOverTheDiskThatFailedOnlyFilesThatWereForcedThemselvesAreFinal() throws Exception {
        try (Commits commits = new Commits(Durability.GROUP, new FileSystemSync(new OneFailedPass()))) {
            // Given a group of which the disk has not taken four
            try (HeldUpGroup group = new HeldUpGroup(root, new Directories(disk), commits, 8, number -> true)) {
                disk.fail("Input/output error", 3, FaultyDisk.Call.FORCE);

                // When
                group.release();

                // Then
                assertThat(finalOnes(group)).isEqualTo(4);
            }

            // And those that come after it, of which the disk has taken none
            disk.heal();
            try (HeldUpGroup next = new HeldUpGroup(
                    Files.createDirectory(root.resolve("next")), new Directories(disk), commits, 8, number -> true)) {
                disk.fail("Input/output error", 0, FaultyDisk.Call.FORCE);
                next.release();
                assertThat(finalOnes(next)).as("the leader, forced before").isEqualTo(1);
            }
        }
    }

    @Test
    void whereAGroupCannotBeForcedSinceItsVolumeIsGoneThatIsTheFailure() throws Exception {
        // Given
        Path volume = Files.createDirectory(root.resolve("volume"));
        Path elsewhere = root.resolve("elsewhere");
        try (Commits commits = new Commits(Durability.GROUP, new FileSystemSync(new OneFailedPass()));
                HeldUpGroup group = new HeldUpGroup(volume, commits, 8)) {
            // When
            Files.move(volume, elsewhere);
            group.release();

            // Then
            for (FutureTask<HeldUpGroup.Landed> landing : group.landings.subList(1, 8)) {
                assertThat(landing)
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(DestinationGoneException.class);
            }
        }
        assertThat(elsewhere.toFile().list()).containsExactly("object-0");
    }

    /** A kernel that tells once that something could not be written. */
    private static final class OneFailedPass implements FileSystemSync.Calls {
        private boolean told;

        @Override
        public Integer open(Path directory) {
            return 7;
        }

        @Override
        public boolean syncfs(int descriptor) {
            boolean synced = told;
            told = true;
            return synced;
        }

        @Override
        public void close(int descriptor) {}
    }

    private static long finalOnes(HeldUpGroup group) throws Exception {
        long finals = 0;
        for (FutureTask<HeldUpGroup.Landed> landing : group.landings) {
            try {
                finals += landing.get(30, TimeUnit.SECONDS).renamed() ? 1 : 0;
            } catch (ExecutionException notForced) {
                assertThat(notForced).hasCauseInstanceOf(IOException.class);
            }
        }
        return finals;
    }
}
