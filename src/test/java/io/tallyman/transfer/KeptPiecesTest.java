package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StoredObject;
import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.verify.Expectations;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of an object under one lease, and what the attempt of a later one makes of it. */
class KeptPiecesTest {
    private static final int PART = 64 * 1024;
    private static final LargeObjects PARTS = new LargeObjects(1 << 20, PART, 4);
    private static final int BROKEN_AFTER = 20 * PART + 17;
    private static final byte[] BYTES = Harbour.bytes(8 << 20, 3);

    @TempDir
    Path root;

    private final AtomicLong cutAfterBytes = new AtomicLong(Long.MAX_VALUE);
    private final AtomicReference<Thread> running = new AtomicReference<>();
    private final ReluctantClock clock = new ReluctantClock();
    private Harbour harbour;

    @BeforeEach
    void open() {
        harbour = new Harbour(root, PARTS, 8, clock, InstantSource.system(), Duration.ofMinutes(15), bytes -> {
            clock.received(bytes);
            if (cutAfterBytes.addAndGet(-bytes) <= 0) {
                running.get().interrupt();
            }
        });
        harbour.put(StoredObject.of(BYTES).multipart(3));
    }

    @AfterEach
    void close() throws Exception {
        harbour.close();
    }

    @Test
    void attemptsCutAtRandomBytesFetchHardlyAnythingTwice() throws Exception {
        System.out.println("tallyman.seed=" + Harbour.SEED);
        SplittableRandom random = new SplittableRandom(Harbour.SEED);
        long fetched = 0;
        int objects = 20;
        for (int object = 0; object < objects; object++) {
            Files.deleteIfExists(harbour.file());
            Object ended = null;
            for (int epoch = 1; !(ended instanceof TransferOutcome); epoch++) {
                cutAfterBytes.set(random.nextLong(1, BYTES.length));
                ended = attempt(epoch);
                fetched += receivedBytes.getAndSet(0);
            }
            assertThat(((TransferOutcome) ended).failure()).isNull();
            assertThat(harbour.file()).hasBinaryContent(BYTES);
            assertThat(harbour.files()).containsExactly("object");
        }
        assertThat(fetched).isBetween((long) BYTES.length * objects, (long) (BYTES.length * objects * 1.05));
    }

    @Test
    @FaultCase(23)
    void aPartThatWasDamagedOnDiskIsFetchedAgainAlone() throws Exception {
        // Given
        long there = breakUnderLease(1);
        KeptPiece damaged = pieces(1).get(2);
        flipOnDisk(1, damaged.offset() + damaged.lengthBytes() / 2);

        // When
        TransferOutcome outcome = harbour.run(2, Harbour.all(BYTES));

        // Then
        assertThat(outcome.failure()).isNull();
        assertThat(outcome.bytes()).isEqualTo(BYTES.length - there + damaged.lengthBytes());
        assertThat(harbour.file()).hasBinaryContent(BYTES);
        assertThat(harbour.files()).containsExactly("object");
    }

    @Test
    void aPartFileThatBecameShorterIsBuiltOnAsFarAsItGoes() throws Exception {
        breakUnderLease(1);
        KeptPiece last = pieces(1).getLast();
        try (FileChannel part = FileChannel.open(part(1), StandardOpenOption.WRITE)) {
            part.truncate(last.offset());
        }

        TransferOutcome outcome = harbour.run(2, Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.bytes()).isLessThan(BYTES.length);
        assertThat(harbour.file()).hasBinaryContent(BYTES);
    }

    @Test
    void aTornLastLineOfTheRecordCostsNoMoreThanItsPart() throws Exception {
        long there = breakUnderLease(1);
        byte[] record = Files.readAllBytes(record(1));
        Files.write(record(1), Arrays.copyOf(record, record.length - 5));

        TransferOutcome outcome = harbour.run(2, Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.bytes()).isBetween(BYTES.length - there, BYTES.length - there + PART);
        assertThat(harbour.file()).hasBinaryContent(BYTES);
    }

    @Test
    void theNewestLeasesFileIsTakenOverAndTheOthersAreRemoved() throws Exception {
        long there = breakUnderLease(3);
        Files.write(part(1), new byte[10]);
        Files.write(record(1), new byte[10]);
        Files.write(record(2), new byte[10]);

        TransferOutcome outcome = harbour.run(50, Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.bytes()).isEqualTo(BYTES.length - there);
        assertThat(harbour.files()).containsExactly("object");
    }

    @Test
    void aFileThatIsStillWrittenByItsWorkerIsNotTakenOver() throws Exception {
        breakUnderLease(1);
        try (FileChannel theirs = FileChannel.open(record(1), StandardOpenOption.WRITE);
                FileLock held = theirs.lock()) {
            assertThat(held.isValid()).isTrue();

            TransferOutcome outcome = harbour.run(2, Expectations.NONE);

            assertThat(outcome.failure()).isNull();
            assertThat(outcome.bytes()).isEqualTo(BYTES.length);
            assertThat(harbour.file()).hasBinaryContent(BYTES);
        }
    }

    @Test
    void whatIsKeptOfAnObjectThatWasReplacedIsNotUsed() throws Exception {
        breakUnderLease(1);
        byte[] other = Harbour.bytes(BYTES.length, 4);
        harbour.put(StoredObject.of(other).multipart(3));

        TransferOutcome outcome = harbour.run(2, Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(harbour.file()).hasBinaryContent(other);
    }

    @Test
    void aWorkerThatLostItsLeaseLeavesNothing() throws Exception {
        harbour.script(broken());

        TransferOutcome outcome = harbour.transfer.run(
                new TransferRequest(7, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                harbour::url,
                () -> false);

        assertThat(outcome.failure()).isNotNull();
        assertThat(harbour.files()).isEmpty();
    }

    @Test
    void aWorkerThatIsNotSureOfItsLeaseKeepsWhatCame() throws Exception {
        // Given a database that has not answered for a while
        Lease unsure = new Lease() {
            @Override
            public boolean holds() {
                return false;
            }

            @Override
            public boolean isLost() {
                return false;
            }
        };
        harbour.script(broken());

        // When
        TransferOutcome outcome = harbour.transfer.run(
                new TransferRequest(7, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                harbour::url,
                unsure);

        // Then
        assertThat(outcome.failure()).isNotNull();
        assertThat(harbour.files()).contains(String.valueOf(part(1).getFileName()));
    }

    @Test
    void leftoversOfAnEntryThatNobodyWillTryAgainAreRemovedWithTheirRecords() throws Exception {
        breakUnderLease(1);

        Leftovers.remove(DestinationPath.under(root, "object"), 7, 1);

        assertThat(harbour.files()).isEmpty();
    }

    @Test
    void ofASmallObjectNothingIsKept() throws Exception {
        harbour.put(StoredObject.of(Harbour.bytes((1 << 20) - 1, 5)));
        harbour.script(FaultScript.none().always("object", new Fault.CutAfter(1 << 19, true)));

        assertThat(harbour.run(1, Expectations.NONE).failure()).isNotNull();

        assertThat(harbour.files()).isEmpty();
        assertThat(harbour.kept).isEmpty();
    }

    @Test
    void whoeverWantsToKnowIsToldWhatIsKeptAndWhenItIsNoMore() throws Exception {
        long there = breakUnderLease(1);
        Kept told = harbour.kept.stream().reduce((earlier, later) -> later).orElseThrow();
        assertThat(told.pieces().stream().mapToLong(KeptPiece::lengthBytes).sum())
                .isEqualTo(there);

        harbour.run(2, Expectations.NONE);

        Kept last = harbour.kept.stream().reduce((earlier, later) -> later).orElseThrow();
        assertThat(last.epoch()).isEqualTo(2);
        assertThat(last.pieces()).isEmpty();
    }

    private final AtomicLong receivedBytes = new AtomicLong();

    /** An outcome, or the interruption. */
    private Object attempt(long epoch) throws Exception {
        long before = harbour.sentBytes();
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().unstarted(() -> {
            try {
                ended.complete(harbour.run(epoch, Expectations.NONE));
            } catch (Exception e) {
                ended.complete(e);
            }
        });
        running.set(thread);
        long budget = cutAfterBytes.get();
        thread.start();
        Object outcome = ended.get(60, TimeUnit.SECONDS);
        receivedBytes.addAndGet(budget - cutAfterBytes.get());
        assertThat(harbour.sentBytes()).isGreaterThanOrEqualTo(before);
        return outcome;
    }

    /** Fails an attempt in the middle; returns how many bytes are kept. */
    private long breakUnderLease(long epoch) throws Exception {
        // No other lane fails before all of this has come.
        clock.keepAllButTheFirstUntil(BROKEN_AFTER);
        harbour.script(broken());
        TransferOutcome outcome = harbour.run(epoch, Expectations.NONE);
        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.ACCESS_DENIED);
        assertThat(harbour.files())
                .containsExactly(
                        part(epoch).getFileName().toString(),
                        record(epoch).getFileName().toString());
        harbour.script(FaultScript.none());
        return pieces(epoch).stream().mapToLong(KeptPiece::lengthBytes).sum();
    }

    private static FaultScript broken() {
        return FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(BROKEN_AFTER, false))
                .always("object", new Fault.Status(403, "AccessDenied"));
    }

    private List<KeptPiece> pieces(long epoch) throws Exception {
        return KeptRecord.parse(Files.readString(record(epoch))).pieces();
    }

    private void flipOnDisk(long epoch, long at) throws Exception {
        byte[] bytes = Files.readAllBytes(part(epoch));
        bytes[(int) at] ^= 1;
        Files.write(part(epoch), bytes);
    }

    private Path part(long epoch) {
        return root.resolve(".tallyman.7-" + epoch + ".part");
    }

    private Path record(long epoch) {
        return root.resolve(".tallyman.7-" + epoch + ".part.kept");
    }
}
