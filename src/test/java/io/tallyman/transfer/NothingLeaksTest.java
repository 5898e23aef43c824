package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand transfers that fail, in every way and many at once, leave nothing open and block no carrier thread. */
class NothingLeaksTest {
    private static final int TRANSFERS = 10_000;
    private static final int AT_ONCE = 64;
    private static final byte[] BODY = "0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII);
    private static final TransferSettings SETTINGS = new TransferSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(20), AT_ONCE, 4096, "tallyman/test", Durability.GROUP);
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

    @Test
    void tenThousandFailuresLeaveNoFileNoConnectionAndNoThreadAndPinNothing() throws Exception {
        Path events = recordings.resolve("pinned.jfr");
        int threadsBefore;
        int threadsAfter;
        try (Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ofMillis(20));
            recording.start();
            try (ScriptedServer server = new ScriptedServer();
                    ApacheObjectClient client = new ApacheObjectClient(SETTINGS);
                    Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
                // Given the threads that stay for later
                fail(AT_ONCE * 4, server, transfer);
                threadsBefore = Thread.activeCount();

                // When
                int failed = fail(TRANSFERS, server, transfer);

                // Then
                assertThat(failed).isEqualTo(TRANSFERS);
                threadsAfter = Thread.activeCount();
                assertEveryConnectionIsFree(server, transfer);
                try (Stream<Path> files = Files.list(root)) {
                    assertThat(files).isEmpty();
                }
            }
            recording.dump(events);
        }
        assertThat(OpenFiles.under(root)).isZero();
        assertThat(threadsAfter)
                .isLessThanOrEqualTo(threadsBefore + Runtime.getRuntime().availableProcessors());
        assertThat(RecordingFile.readAllEvents(events).stream()
                        .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
                        .map(RecordedEvent::toString))
                .isEmpty();
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
