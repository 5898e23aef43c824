package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInBucket;
import io.tallyman.demo.StandInOss;
import io.tallyman.demo.StoredObject;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that fail, in every way and many at once, and those that land among them leave nothing open and block no carrier thread. */
class NothingLeaksTest {
    private static final int TRANSFERS = 10_000;
    private static final int AT_ONCE = 64;
    private static final byte[] BODY = "0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII);
    private static final TransferSettings SETTINGS = new TransferSettings(
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            AT_ONCE,
            4096,
            "tallyman/test",
            Durability.GROUP,
            new LargeObjects(1 << 20, 512 * 1024, 4),
            0);

    private static final int LARGE_ONES = 60;
    private static final int SMALL_ONES = 600;
    private static final byte[] LARGE = Harbour.bytes(3 << 20, 5);
    /** Every checksum there is, so that somebody reads behind the lanes. */
    private static final Expectations ALL_OF_LARGE = Harbour.all(LARGE);

    /**
     * The first connections for a large object break, and nobody is let in again. They break so early that no part is whole: an
     * answer that is whole leaves its connection in the pool, closed or not.
     */
    private static final FaultScript CUT_AND_SHUT_OUT = FaultScript.none()
            .onFirst(4, key -> key.startsWith("large"), new Fault.CutAfter(LARGE.length / 32, false))
            .always(key -> true, new Fault.Status(403, "AccessDenied"));

    private static final Expectations EXPECTED = new Expectations((long) BODY.length, Map.of());

    /** Answers that all end in a failure. */
    private static final List<ScriptedServer.Reply> FAILURES = List.of(
            ScriptedServer.answer(ok(BODY.length) + "x-oss-hash-crc64ecma: 1", BODY),
            ScriptedServer.answerAndClose(ok(BODY.length), "short".getBytes(StandardCharsets.US_ASCII)),
            ScriptedServer.answerAndReset(ok(BODY.length), "reset".getBytes(StandardCharsets.US_ASCII)),
            ScriptedServer.answer(ok(BODY.length + 1), BODY),
            ScriptedServer.answer("HTTP/1.1 503 Busy\nContent-Length: 0", new byte[0]),
            ScriptedServer.answer("HTTP/1.1 404 None\nContent-Length: 5", "<xml>".getBytes(StandardCharsets.US_ASCII)),
            ScriptedServer.answerAndClose("HTTP/1.1 403 No\nContent-Length: 500", new byte[100]),
            ScriptedServer.answer(
                    "HTTP/1.1 307 Away\nLocation: http://169.254.169.254/\nContent-Length: 0", new byte[0]),
            ScriptedServer.answerAndClose(
                    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked", "zz\r\n".getBytes(StandardCharsets.US_ASCII)),
            ScriptedServer.answerAndClose("no http at all", new byte[0]),
            (socket, out) -> false);

    @TempDir
    Path root;

    @TempDir
    Path recordings;

    private static String ok(int length) {
        return "HTTP/1.1 200 OK\nContent-Length: " + length + "\n";
    }

    /**
     * A class that one thread initializes keeps the others that need it on their carriers, once in a JVM's life. With nobody else
     * there nobody waits.
     */
    private void oneByOne() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                ApacheObjectClient client = new ApacheObjectClient(SETTINGS);
                Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
            for (ScriptedServer.Reply failure : FAILURES) {
                server.then(failure);
                assertThat(transfer(1, server, transfer).failure()).isNotNull();
            }
        }
    }

    @Test
    void tenThousandFailuresLeaveNoFileNoConnectionAndNoThreadAndPinNothing() throws Exception {
        oneByOne();
        try (ApacheObjectClient client = new ApacheObjectClient(SETTINGS);
                VirtualThreads virtual = new VirtualThreads(recordings)) {
            try (ScriptedServer server = new ScriptedServer();
                    Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
                // Given the threads that stay for later
                fail(AT_ONCE * 4, server, transfer);
                int threadsBefore = Thread.activeCount();

                // When
                int failed = fail(TRANSFERS, server, transfer);

                // Then
                assertThat(failed).isEqualTo(TRANSFERS);
                int threadsAfter = Thread.activeCount();
                assertEveryConnectionIsFree(server, transfer);
                assertThat(root).isEmptyDirectory();
                assertThat(threadsAfter)
                        .isLessThanOrEqualTo(
                                threadsBefore + Runtime.getRuntime().availableProcessors());
                // While the servers still stand: their end would free whoever waits for them.
                virtual.assertAllEnd();
            }
            assertNothingIsOpenOrWasPinned(virtual, TRANSFERS);
        }
    }

    /** What leads to the disk: lanes, their keeper and follower, records, what was kept compared, groups made final. */
    @Test
    void largeObjectsThatAreCutAndThenLandAmongSmallOnesLeaveNothingEither() throws Exception {
        oneByOne();
        try (StandInOss oss = StandInOss.builder().start();
                ApacheObjectClient client = new ApacheObjectClient(SETTINGS)) {
            // Given one that has shown the way to the classes
            fill(oss.bucket("bucket"));
            try (Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
                oss.script(CUT_AND_SHUT_OUT);
                assertThat(fromStore(List.of(0L), 1, oss, transfer).getFirst().failure())
                        .isNotNull();
                oss.script(FaultScript.none());
                assertThat(fromStore(List.of(0L), 2, oss, transfer).getFirst().verified())
                        .isTrue();
            }
            Files.delete(root.resolve(key(0)));
            List<Long> entries = new ArrayList<>(
                    LongStream.rangeClosed(1, LARGE_ONES + SMALL_ONES).boxed().toList());
            Collections.shuffle(entries, new Random(1));
            try (VirtualThreads virtual = new VirtualThreads(recordings)) {
                try (Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
                    // When
                    oss.script(CUT_AND_SHUT_OUT);
                    List<TransferOutcome> cut = fromStore(entries, 1, oss, transfer);

                    // Then nothing is there but what is kept
                    assertThat(cut).noneMatch(outcome -> outcome.failure() == null);
                    List<String> kept = files();
                    assertThat(kept).isNotEmpty().allMatch(name -> name.startsWith(".tallyman."));
                    virtual.assertAllEnd();

                    // When
                    oss.script(FaultScript.none());
                    List<TransferOutcome> landed = fromStore(entries, 2, oss, transfer);

                    // Then they went on with it
                    assertThat(landed).allMatch(TransferOutcome::verified);
                    assertThat(landed.stream()
                                    .mapToLong(TransferOutcome::bytes)
                                    .filter(bytes -> bytes > BODY.length && bytes < LARGE.length))
                            .hasSize(kept.size() / 2);
                    assertThat(files()).hasSize(LARGE_ONES + SMALL_ONES).noneMatch(name -> name.startsWith("."));
                    virtual.assertAllEnd();
                }
                assertNothingIsOpenOrWasPinned(virtual, 2 * (LARGE_ONES + SMALL_ONES));
            }
        }
    }

    private static void fill(StandInBucket bucket) {
        StoredObject large = StoredObject.of(LARGE).withPublicRead();
        StoredObject small = StoredObject.of(BODY).withPublicRead();
        for (long entry = 0; entry <= LARGE_ONES + SMALL_ONES; entry++) {
            bucket.put(key(entry), isLarge(entry) ? large : small);
        }
    }

    private static boolean isLarge(long entry) {
        return entry <= LARGE_ONES;
    }

    private static String key(long entry) {
        return (isLarge(entry) ? "large-" : "small-") + entry;
    }

    /** One attempt for each entry. */
    private List<TransferOutcome> fromStore(List<Long> entries, long epoch, StandInOss oss, Transfer transfer)
            throws Exception {
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<TransferOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long entry : entries) {
                places.acquire();
                TransferRequest request = new TransferRequest(
                        entry,
                        epoch,
                        DestinationPath.under(root, key(entry)),
                        isLarge(entry) ? ALL_OF_LARGE : EXPECTED);
                outcomes.add(threads.submit(() -> {
                    try {
                        return transfer.run(
                                request,
                                () -> new SignedUrl(oss.endpoint() + "/bucket/" + key(entry), Map.of(), null),
                                () -> true);
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        List<TransferOutcome> all = new ArrayList<>();
        for (Future<TransferOutcome> outcome : outcomes) {
            all.add(outcome.get());
        }
        return all;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void assertNothingIsOpenOrWasPinned(VirtualThreads virtual, int atLeast) throws IOException {
        assertThat(OpenFiles.under(root)).isZero();
        VirtualThreads.Seen seen = virtual.seen();
        assertThat(seen.ours()).isGreaterThanOrEqualTo(atLeast);
        assertThat(seen.pinned()).isEmpty();
    }

    /** As many requests as there may be connections arrive together; a connection somebody still held would keep one away. */
    private void assertEveryConnectionIsFree(ScriptedServer server, Transfer transfer) throws Exception {
        CountDownLatch arrived = new CountDownLatch(AT_ONCE);
        List<Future<TransferOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < AT_ONCE; number++) {
                server.then((socket, out) -> {
                    arrived.countDown();
                    return ScriptedServer.within30Seconds(arrived)
                            && ScriptedServer.answer("HTTP/1.1 503 Busy\nContent-Length: 0", new byte[0])
                                    .writeTo(socket, out);
                });
                long entry = TRANSFERS + number + 1L;
                outcomes.add(threads.submit(() -> transfer(entry, server, transfer)));
            }
        }
        for (Future<TransferOutcome> outcome : outcomes) {
            assertThat(outcome.get().httpStatus()).isEqualTo(503);
        }
    }

    private TransferOutcome transfer(long entry, ScriptedServer server, Transfer transfer) throws Exception {
        return transfer.run(
                new TransferRequest(entry, 1, DestinationPath.under(root, "object" + entry), EXPECTED),
                () -> new SignedUrl(server.url("/object"), Map.of(), null),
                () -> true);
    }

    /** Returns how many failed, as all should. */
    private int fail(int transfers, ScriptedServer server, Transfer transfer) throws Exception {
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<TransferOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < transfers; number++) {
                places.acquire();
                server.then(FAILURES.get(number % FAILURES.size()));
                long entry = number + 1L;
                outcomes.add(threads.submit(() -> {
                    try {
                        return transfer(entry, server, transfer);
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        int failed = 0;
        for (Future<TransferOutcome> outcome : outcomes) {
            failed += outcome.get().failure() == null ? 0 : 1;
        }
        return failed;
    }
}
