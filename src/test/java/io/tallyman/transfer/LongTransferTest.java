package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.demo.Content;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.SeenRequest;
import io.tallyman.demo.StoredObject;
import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Expectations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers that outlive their URLs, and clocks that do not agree. */
class LongTransferTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int PART = 64 * 1024;
    private static final byte[] BYTES = Harbour.bytes(2 << 20, 6);

    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({"1, 2048", "4, 512"})
    @FaultCase(25)
    void twoGibibytesOverALinkCutEvery100MegabytesWithUrlsThatLiveFiveSecondsAreFetchedOnce(
            int connections, long mebibytes) throws Exception {
        // Given a link of 25 MB/s, by the clock of both sides
        long size = mebibytes << 20;
        byte[] block = Harbour.bytes(1_048_573, 7);
        AtomicLong received = new AtomicLong();
        InstantSource clock = () -> START.plusMillis(received.get() / 25_000);
        LargeObjects large = new LargeObjects(64 << 20, 256 << 20, connections);
        try (Harbour harbour = new Harbour(root, large, 8, clock, clock, Duration.ofSeconds(5), received::addAndGet)) {
            harbour.put(StoredObject.multipart(
                    Content.repeating(block, size),
                    "\"0123456789ABCDEF0123456789ABCDEF-32\"",
                    crcOfRepeated(block, size)));
            harbour.script(FaultScript.none().always("object", new Fault.CutAfter(100_000_000, true)));

            // When
            TransferOutcome outcome = harbour.run(1, new Expectations(size, java.util.Map.of()));

            // Then
            assertThat(outcome.failure()).isNull();
            assertThat(outcome.verified()).isTrue();
            assertThat(Files.size(harbour.file())).isEqualTo(size);
            assertThat(outcome.bytes()).isBetween(size, size + size / 50);
            assertThat(harbour.requests()).hasSizeGreaterThan((int) (size / 100_000_000));
            assertThat(harbour.requests().stream()
                            .map(SeenRequest::target)
                            .distinct()
                            .count())
                    .as("URLs")
                    .isGreaterThanOrEqualTo(size / 25_000_000 / 6);
        }
    }

    @Test
    @FaultCase(25)
    void aUrlThatHasExpiredWhenTheNextRangeIsAskedForIsSignedAgainOnceAndTheTransferGoesOn() throws Exception {
        try (Harbour harbour = oneLane()) {
            harbour.script(FaultScript.none()
                    .onRequest("object", 1, new Fault.CutAfter(10 * PART, false))
                    .onRequest("object", 2, Fault.Status.expired())
                    .onRequest("object", 3, new Fault.CutAfter(10 * PART, false))
                    .onRequest("object", 4, Fault.Status.expired()));

            TransferOutcome outcome = harbour.run(1, Harbour.all(BYTES));

            assertThat(outcome.failure()).isNull();
            assertThat(outcome.bytes()).isEqualTo(BYTES.length);
            assertThat(harbour.requests()).hasSize(5);
            assertThat(harbour.ranges().getLast()).isEqualTo("bytes=" + 20 * PART + "-");
        }
    }

    @Test
    void aUrlThatExpiresTwiceInARowWithoutAByteEndsTheAttemptAndWhatCameIsKept() throws Exception {
        try (Harbour harbour = oneLane()) {
            harbour.script(FaultScript.none()
                    .onRequest("object", 1, new Fault.CutAfter(10 * PART, false))
                    .always("object", Fault.Status.expired()));

            TransferOutcome outcome = harbour.run(1, Expectations.NONE);

            assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.URL_EXPIRED);
            assertThat(harbour.requests()).hasSize(3);
            assertThat(harbour.files()).hasSize(2);
        }
    }

    @Test
    void aUrlOfOthersThatExpiresOnTheWayIsNotSentAgain() throws Exception {
        try (Harbour harbour = oneLane()) {
            harbour.script(FaultScript.none()
                    .onRequest("object", 1, new Fault.CutAfter(10 * PART, false))
                    .always("object", Fault.Status.expired()));

            TransferOutcome outcome = harbour.transfer.run(
                    new TransferRequest(7, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                    UrlSupply.given(harbour.url()),
                    () -> true);

            assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.URL_EXPIRED);
            assertThat(harbour.requests()).hasSize(2);
        }
    }

    @Test
    @FaultCase(26)
    void keysThatCannotBeHadAnyMoreEndTheAttemptAndWhatCameIsKept() throws Exception {
        try (Harbour harbour = oneLane()) {
            harbour.script(FaultScript.none()
                    .onRequest("object", 1, new Fault.CutAfter(10 * PART, false))
                    .always("object", Fault.Status.expired()));
            AtomicInteger signed = new AtomicInteger();

            assertThatThrownBy(() -> harbour.transfer.run(
                            new TransferRequest(7, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                            () -> {
                                if (signed.incrementAndGet() > 1) {
                                    throw new IllegalStateException("no keys");
                                }
                                return harbour.url();
                            },
                            () -> true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no keys");

            assertThat(harbour.requests()).hasSize(2);
            assertThat(harbour.files()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1200, -961, -840, -300, -1, 1, 300, 840, 899, 901, 1200, 86_400, -86_400})
    @FaultCase(27)
    void aClockThatIsWrongIsCorrectedWithinOneRefusedRequest(long aheadSeconds) throws Exception {
        InstantSource theirs = InstantSource.fixed(START);
        InstantSource ours = InstantSource.fixed(START.plusSeconds(aheadSeconds));
        try (Harbour harbour =
                new Harbour(root, LargeObjects.DEFAULTS, 4, theirs, ours, Duration.ofMinutes(15), bytes -> {})) {
            harbour.put(StoredObject.of(BYTES));

            TransferOutcome first = harbour.run(1, Harbour.all(BYTES));
            long refused = harbour.requests().stream()
                    .filter(request -> request.status() == 403)
                    .count();
            Files.delete(harbour.file());
            TransferOutcome second = harbour.run(2, Harbour.all(BYTES));

            assertThat(first.failure()).isNull();
            assertThat(second.failure()).isNull();
            assertThat(refused).isEqualTo(Math.abs(aheadSeconds) > 900 ? 1 : 0);
            assertThat(harbour.requests()).hasSize((int) refused + 2);
        }
    }

    @Test
    void manyTransfersThatFindTheClockWrongAtOnceAllGoOn() throws Exception {
        try (Harbour harbour = new Harbour(
                root,
                LargeObjects.DEFAULTS,
                16,
                InstantSource.fixed(START),
                InstantSource.fixed(START.plusSeconds(3_600)),
                Duration.ofMinutes(15),
                bytes -> {})) {
            harbour.put(StoredObject.of(BYTES));
            java.util.List<CompletableFuture<TransferOutcome>> all = new java.util.ArrayList<>();
            for (int i = 0; i < 16; i++) {
                DestinationPath path = DestinationPath.under(root, "object" + i);
                TransferRequest request = new TransferRequest(i, 1, path, Expectations.NONE);
                CompletableFuture<TransferOutcome> ended = new CompletableFuture<>();
                all.add(ended);
                Thread.ofVirtual().start(() -> {
                    try {
                        ended.complete(harbour.transfer.run(request, harbour::url, () -> true));
                    } catch (Exception e) {
                        ended.completeExceptionally(e);
                    }
                });
            }
            for (CompletableFuture<TransferOutcome> ended : all) {
                assertThat(ended.get(60, TimeUnit.SECONDS).failure()).isNull();
            }
        }
    }

    @Test
    void aClockThatCannotBeCorrectedIsTriedNoThirdTime() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        // A store whose clock jumps with every look at it.
        InstantSource theirs = () -> START.plus(Duration.ofHours(asked.incrementAndGet()));
        try (Harbour harbour = new Harbour(
                root,
                LargeObjects.DEFAULTS,
                4,
                theirs,
                InstantSource.fixed(START),
                Duration.ofMinutes(15),
                bytes -> {})) {
            harbour.put(StoredObject.of(BYTES));

            TransferOutcome outcome = harbour.run(1, Expectations.NONE);

            assertThat(outcome.failure().kind()).isIn(FailureKind.Store.CLOCK_SKEW, FailureKind.Store.URL_EXPIRED);
            assertThat(harbour.requests()).hasSize(2);
        }
    }

    private Harbour oneLane() {
        Harbour harbour = new Harbour(root, new LargeObjects(1 << 20, PART, 1), 4);
        harbour.put(StoredObject.of(BYTES).multipart(2));
        return harbour;
    }

    private static long crcOfRepeated(byte[] block, long size) {
        Crc64 one = new Crc64();
        one.update(block, 0, block.length);
        long crc = 0;
        for (long blocks = size / block.length; blocks > 0; blocks--) {
            crc = Crc64.combine(crc, one.value(), block.length);
        }
        int rest = (int) (size % block.length);
        Crc64 last = new Crc64();
        last.update(block, 0, rest);
        return Crc64.combine(crc, last.value(), rest);
    }
}
