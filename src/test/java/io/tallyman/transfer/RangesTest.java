package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StoredObject;
import io.tallyman.retry.FailureKind;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Expectations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large object comes in parts over several connections, and whatever answers wrongly, its bytes are not mixed. */
class RangesTest {
    private static final int PART = 256 * 1024;
    private static final LargeObjects PARTS = new LargeObjects(4 * PART, PART, 4);
    private static final byte[] BYTES = Harbour.bytes(20 * PART + 123, 1);

    /** So that the first stream does not bring everything before another lane gets to ask. */
    private static final Fault SLOW = new Fault.SlowDrip(64 * 1024, Duration.ofMillis(3));

    @TempDir
    Path root;

    private Harbour harbour;

    @BeforeEach
    void open() {
        harbour = new Harbour(root, PARTS, 8);
        harbour.put(StoredObject.of(BYTES).multipart(3));
    }

    @AfterEach
    void close() throws Exception {
        harbour.close();
    }

    // ---- in parts

    @Test
    void aLargeObjectComesOverSeveralConnectionsAndEveryRangeIsPinned() throws Exception {
        // Given
        harbour.script(FaultScript.none().onRequest("object", 1, SLOW));

        // When
        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        // Then
        assertLanded(outcome);
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
        assertThat(harbour.requests().getFirst().headers()).doesNotContainKeys("range", "if-match");
        assertThat(harbour.ranges()).isNotEmpty();
        assertThat(harbour.requests())
                .filteredOn(request -> request.headers().containsKey("range"))
                .allSatisfy(request -> assertThat(request.headers()).containsKey("if-match"));
    }

    @Test
    void checksumsThatNeedTheBytesInOrderAreComputedWithoutAskingTwice() throws Exception {
        TransferOutcome outcome = harbour.run(1, Harbour.all(BYTES));

        assertLanded(outcome);
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
    }

    @Test
    void aSmallObjectIsOneRequestWithoutARange() throws Exception {
        byte[] small = Harbour.bytes(4 * PART - 1, 2);
        harbour.put(StoredObject.of(small));

        assertThat(harbour.run(1, Expectations.NONE).verified()).isTrue();

        assertThat(harbour.requests()).hasSize(1);
        assertThat(harbour.ranges()).isEmpty();
        assertThat(harbour.files()).containsExactly("object");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART - 1, PART, PART + 1, 4 * PART - 1, 4 * PART, 4 * PART + 1, 5 * PART, 9 * PART - 1})
    void everySizeIsExact(int size) throws Exception {
        byte[] bytes = Harbour.bytes(size, size);
        harbour.put(StoredObject.of(bytes).multipart(2));

        TransferOutcome outcome = harbour.run(1, Harbour.all(bytes));

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.sizeBytes()).isEqualTo(size);
        assertThat(harbour.file()).hasBinaryContent(bytes);
    }

    @Test
    void withOneConnectionInAllItComesInOneStream() throws Exception {
        try (Harbour narrow = new Harbour(root, PARTS, 1)) {
            narrow.put(StoredObject.of(BYTES));

            assertLanded(narrow, narrow.run(1, Expectations.NONE));

            assertThat(narrow.requests()).hasSize(1);
        }
    }

    @Test
    void manyAtOnceNeverWaitForEachOther() throws Exception {
        try (Harbour narrow = new Harbour(root, PARTS, 2)) {
            narrow.put(StoredObject.of(BYTES));
            CompletableFuture<?>[] all = new CompletableFuture<?>[8];
            for (int i = 0; i < all.length; i++) {
                int entry = i;
                all[i] = new CompletableFuture<>();
                CompletableFuture<Object> ended = new CompletableFuture<>();
                all[i] = ended;
                Thread.ofVirtual().start(() -> {
                    try {
                        DestinationPath path = DestinationPath.under(root, "object" + entry);
                        ended.complete(narrow.transfer.run(
                                new TransferRequest(entry, 1, path, Expectations.NONE), narrow::url, () -> true));
                    } catch (Exception e) {
                        ended.completeExceptionally(e);
                    }
                });
            }
            CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
            for (int i = 0; i < all.length; i++) {
                assertThat(root.resolve("object" + i)).hasBinaryContent(BYTES);
            }
        }
    }

    // ---- wrong answers

    @Test
    void aServerThatIgnoresRangesIsReadInOneStream() throws Exception {
        harbour.script(fromTheSecondRequest(new Fault.IgnoreRange()));

        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        assertLanded(outcome);
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
    }

    @Test
    void aServerThatIgnoresRangesIsReadFromTheBeginningWhereTheStreamBroke() throws Exception {
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(3 * PART, true))
                .always("object", new Fault.IgnoreRange()));

        assertLanded(harbour.run(1, Expectations.NONE));
    }

    @Test
    void rangesThatAreNotTheOnesAskedForAreNotWritten() throws Exception {
        harbour.script(fromTheSecondRequest(new Fault.WrongRange()));

        assertLanded(harbour.run(1, Expectations.NONE));
    }

    @Test
    void wrongRangesBehindABrokenStreamEndTheAttemptAndLeaveNothing() throws Exception {
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(3 * PART, true))
                .always("object", new Fault.WrongRange()));

        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Network.BAD_ANSWER);
        assertThat(harbour.files()).isEmpty();
    }

    @Test
    void rangesOfAnotherLengthAreNotWritten() throws Exception {
        harbour.script(fromTheSecondRequest(new Fault.Overlong(1)));

        assertLanded(harbour.run(1, Expectations.NONE));
    }

    @Test
    void rangesThatAreCutShortAreAskedForAgainFromTheLastByte() throws Exception {
        harbour.script(fromTheSecondRequest(new Fault.CutAfter(PART / 3, false)));

        TransferOutcome outcome = harbour.run(1, Harbour.all(BYTES));

        assertLanded(outcome);
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
    }

    @Test
    void aBusyStoreIsAskedForNoMoreThanItGives() throws Exception {
        harbour.script(fromTheSecondRequest(Fault.Status.busy(Duration.ofMillis(1))));

        assertLanded(harbour.run(1, Expectations.NONE));

        // The stream that it gave went on, and each further lane was refused once.
        assertThat(harbour.requests()).hasSizeLessThanOrEqualTo(1 + PARTS.connections());
    }

    @Test
    void aLaneThatIsRefusedWhenTheStreamHasBroughtItsPartCostsNothing() throws Exception {
        // Given a store that answers no other request before everything came with the first
        ReluctantClock clock = new ReluctantClock();
        clock.keepAllButTheFirstUntil(BYTES.length);
        try (Harbour reluctant =
                new Harbour(root, PARTS, 8, clock, InstantSource.system(), Duration.ofMinutes(15), clock::received)) {
            reluctant.put(StoredObject.of(BYTES).multipart(3));
            reluctant.script(fromTheSecondRequest(Fault.Status.busy(Duration.ofMillis(1))));

            // When
            TransferOutcome outcome = reluctant.run(1, Expectations.NONE);

            // Then
            assertLanded(reluctant, outcome);
            assertThat(outcome.bytes()).isEqualTo(BYTES.length);
            assertThat(reluctant.ranges()).isNotEmpty();
        }
    }

    @Test
    void aLaneThatFailsForGoodEndsTheAttemptAndWhatCameIsKept() throws Exception {
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(6 * PART, true))
                .always("object", new Fault.Status(403, "AccessDenied")));

        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.ACCESS_DENIED);
        assertThat(harbour.files()).containsExactly(".tallyman.7-1.part", ".tallyman.7-1.part.kept");
    }

    @Test
    void aFlippedBitInAnyPartIsCorruptionAndNothingIsLeft() throws Exception {
        harbour.script(fromTheSecondRequest(new Fault.FlipBit(PART / 2)));

        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Content.CORRUPTED);
        assertThat(harbour.files()).isEmpty();
    }

    @Test
    void connectionsThatBreakAtRandomBytesCostOnlyWhatWasOnTheWay() throws Exception {
        System.out.println("tallyman.seed=" + Harbour.SEED);
        SplittableRandom random = new SplittableRandom(Harbour.SEED);
        FaultScript script = FaultScript.none();
        for (int request = 1; request <= 60; request++) {
            script = script.onRequest(
                    "object", request, new Fault.CutAfter(random.nextInt(1, PART / 4), random.nextBoolean()));
        }
        harbour.script(script);

        TransferOutcome outcome = harbour.run(1, Harbour.all(BYTES));

        assertLanded(outcome);
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
    }

    // ---- another object

    @Test
    void anObjectReplacedBetweenRangesIsNeverMixed() throws Exception {
        System.out.println("tallyman.seed=" + Harbour.SEED);
        SplittableRandom random = new SplittableRandom(Harbour.SEED);
        byte[] first = Harbour.bytes(200_000, 1);
        byte[] second = Harbour.bytes(200_000, 2);
        // Without any checksum, so that only what pins the ranges can tell.
        StoredObject[] objects = {
            StoredObject.of(first).multipart(2).withoutCrc64(),
            StoredObject.of(second).multipart(2).withoutCrc64()
        };
        AtomicInteger untilReplaced = new AtomicInteger();
        AtomicReference<Harbour> place = new AtomicReference<>();
        // The store looks at its clock several times in each request, which makes it a place to act in the middle of
        // one.
        InstantSource acting = () -> {
            if (untilReplaced.decrementAndGet() == 0) {
                place.get().put(objects[1]);
            }
            return Instant.now();
        };
        int restarted = 0;
        try (Harbour busy = new Harbour(
                root,
                new LargeObjects(20_000, 10_000, 4),
                8,
                acting,
                InstantSource.system(),
                Duration.ofMinutes(15),
                bytes -> {})) {
            place.set(busy);
            // So slow that no stream brings everything before another lane gets to ask.
            busy.script(FaultScript.none().always("object", new Fault.SlowDrip(16_000, Duration.ofMillis(1))));
            for (int trial = 0; trial < 1_000; trial++) {
                busy.put(objects[0]);
                untilReplaced.set(random.nextInt(1, 60));

                TransferOutcome outcome = busy.resume(Expectations.NONE);

                untilReplaced.set(0);
                assertThat(outcome.failure()).isNull();
                assertThat(java.nio.file.Files.readAllBytes(busy.file()))
                        .satisfiesAnyOf(
                                bytes -> assertThat(bytes).isEqualTo(first),
                                bytes -> assertThat(bytes).isEqualTo(second));
                restarted += outcome.bytes() > first.length ? 1 : 0;
            }
        }
        assertThat(restarted).as("trials in which it was noticed in the middle").isPositive();
    }

    @Test
    void anObjectThatIsReplacedAllTheTimeIsChanged() throws Exception {
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(PART, true))
                .onRequest("object", 2, new Fault.ChangeEtag())
                .always("object", new Fault.ChangeEtag()));

        TransferOutcome outcome = harbour.run(1, Expectations.NONE);

        assertThat(outcome.failure() == null || outcome.failure().kind() == FailureKind.Store.CHANGED)
                .isTrue();
    }

    // ---- arithmetic

    @Test
    void theLargestObjectThereCanBeHasPartsThatAddUp() {
        long largest = 53_687_091_200_000L; // 48.8 TiB
        for (long size : new long[] {largest, largest - 1, 1, 64L << 20, (64L << 20) + 1, (1L << 40) + 7}) {
            long part = LargeObjects.DEFAULTS.partBytesOf(size);
            PartMap map = new PartMap(size, part, java.util.List.of());
            long sum = 0;
            int pieces = 0;
            for (Piece piece = map.take(); piece != null; piece = map.take()) {
                assertThat(piece.offset()).isEqualTo(sum);
                sum = piece.limit();
                pieces++;
            }
            assertThat(sum).isEqualTo(size);
            assertThat(pieces).isLessThanOrEqualTo(10_000);
        }
        assertThat(Crc64.combine(0, 0, largest)).isZero();
    }

    private static FaultScript fromTheSecondRequest(Fault fault) {
        return FaultScript.none().onRequest("object", 1, SLOW).always("object", fault);
    }

    private void assertLanded(TransferOutcome outcome) throws Exception {
        assertLanded(harbour, outcome);
    }

    private void assertLanded(Harbour where, TransferOutcome outcome) throws Exception {
        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
        assertThat(where.file()).hasBinaryContent(BYTES);
        assertThat(where.files()).containsExactly("object");
    }
}
