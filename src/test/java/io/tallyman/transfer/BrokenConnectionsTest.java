package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Expectations;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that fall silent without a word, and connections that are reset at any byte. */
class BrokenConnectionsTest {
    private static final int AT_ONCE = 64;
    private static final int SILENCES = 1_000;
    private static final int RESETS = 10_000;
    private static final int OBJECTS = 2_000;
    private static final byte[] BODY = Harbour.bytes(8_000, 3);

    @TempDir
    Path root;

    @TempDir
    Path recordings;

    @Test
    @FaultCase(31)
    void aThousandPeersThatFallSilentAreNoticedAndLeaveNoThread() throws Exception {
        TransferSettings impatient = settings(Duration.ofMillis(50));
        try (ScriptedServer server = new ScriptedServer();
                ApacheObjectClient client = new ApacheObjectClient(impatient);
                Transfer transfer = new Transfer(client, impatient, Instant::now)) {
            // Given the threads that stay for later
            silences(AT_ONCE * 2, server, transfer);
            try (VirtualThreads virtual = new VirtualThreads(recordings)) {
                Set<String> before = threads();

                // When
                List<FailureKind> kinds = silences(SILENCES, server, transfer);

                // Then
                assertThat(kinds).hasSize(SILENCES).containsOnly(FailureKind.Network.STALLED);
                assertThat(before).containsAll(threads());
                virtual.assertAllEnd();
                assertThat(virtual.seen().ours()).isGreaterThanOrEqualTo(SILENCES);
            }
        }
        assertThat(root).isEmptyDirectory();
    }

    /** Half of the peers say nothing at all, the others fall silent in the body; all keep the connection until we end it. */
    private List<FailureKind> silences(int count, ScriptedServer server, Transfer transfer) throws Exception {
        CountDownLatch unused = new CountDownLatch(0);
        for (int number = 0; number < count; number++) {
            server.then(
                    number % 2 == 0
                            ? ScriptedServer.answerAndHang(
                                    "HTTP/1.1 200 OK\nContent-Length: " + BODY.length, new byte[1_000], unused, unused)
                            : (socket, out) -> socket.getInputStream().read() >= 0);
        }
        List<FailureKind> kinds = Collections.synchronizedList(new ArrayList<>());
        inParallel(
                count,
                entry -> kinds.add(run(entry, 1, server, transfer).failure().kind()));
        return kinds;
    }

    /** None of these is virtual; those that carry virtual ones come and go as the JVM likes. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("ForkJoinPool"))
                .collect(Collectors.toSet());
    }

    @Test
    @FaultCase(32)
    void tenThousandResetsAtRandomBytesLoseNothing() throws Exception {
        System.out.println("tallyman.seed=" + Harbour.SEED);
        Random random = new Random(Harbour.SEED);
        TransferSettings settings = settings(Duration.ofSeconds(20));
        Crc64 crc = new Crc64();
        crc.update(BODY, 0, BODY.length);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ScriptedServer.write(
                answer, "HTTP/1.1 200 OK\nx-oss-hash-crc64ecma: " + crc + "\nContent-Length: " + BODY.length, BODY);
        Set<FailureKind> kinds = ConcurrentHashMap.newKeySet();
        List<TransferOutcome> landed = Collections.synchronizedList(new ArrayList<>());
        try (ScriptedServer server = new ScriptedServer();
                ApacheObjectClient client = new ApacheObjectClient(settings);
                Transfer transfer = new Transfer(client, settings, Instant::now)) {
            // Given answers of which five in six are cut short
            List<ScriptedServer.Reply> replies = new ArrayList<>();
            for (int number = 0; number < RESETS; number++) {
                int cut = random.nextInt(answer.size());
                replies.add((socket, out) -> {
                    out.write(answer.toByteArray(), 0, cut);
                    socket.setSoLinger(true, 0);
                    return false;
                });
            }
            ScriptedServer.Reply whole = (socket, out) -> {
                answer.writeTo(out);
                return true;
            };
            replies.addAll(Collections.nCopies(OBJECTS - 1, whole));
            Collections.shuffle(replies, random);
            replies.forEach(server::then);
            server.then(whole);

            // When
            inParallel(OBJECTS, entry -> {
                for (long epoch = 1; ; epoch++) {
                    TransferOutcome outcome = run(entry, epoch, server, transfer);
                    if (outcome.failure() == null) {
                        landed.add(outcome);
                        return;
                    }
                    kinds.add(outcome.failure().kind());
                }
            });

            // Then
            assertThat(server.requests()).hasSize(RESETS + OBJECTS);
        }
        assertThat(kinds).containsExactly(FailureKind.Network.CONNECTION_LOST);
        assertThat(landed).hasSize(OBJECTS).allMatch(TransferOutcome::verified);
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files)
                    .hasSize(OBJECTS)
                    .allSatisfy(file -> assertThat(file).hasBinaryContent(BODY));
        }
    }

    private interface Task {
        void run(long entry) throws Exception;
    }

    private static void inParallel(int count, Task task) throws Exception {
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<?>> tasks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < count; number++) {
                long entry = number + 1L;
                tasks.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        task.run(entry);
                    } finally {
                        places.release();
                    }
                    return null;
                }));
            }
        }
        for (Future<?> each : tasks) {
            each.get();
        }
    }

    private TransferOutcome run(long entry, long epoch, ScriptedServer server, Transfer transfer) throws Exception {
        return transfer.run(
                new TransferRequest(entry, epoch, DestinationPath.under(root, "object-" + entry), Expectations.NONE),
                () -> new SignedUrl(server.url("/object"), Map.of(), null),
                () -> true);
    }

    private static TransferSettings settings(Duration idle) {
        return new TransferSettings(Duration.ofSeconds(20), idle, AT_ONCE, 64 * 1024, "tallyman/test", Durability.NONE);
    }
}
