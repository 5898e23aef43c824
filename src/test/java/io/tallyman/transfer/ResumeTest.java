package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.StoreClock;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a transfer that was cut, and what the next one makes of it. */
class ResumeTest {
    private static final TransferSettings SETTINGS = new TransferSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(20), 4, 1024, "tallyman/test", Durability.OBJECT);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] BODY = body(10_000);
    private static final Measurement RIGHT = measure(BODY);
    private static final String ETAG = "ETag: \"ABC\"\n";
    private static final String SOURCE = "http://bucket.example/dir/object";
    private static final String PART = "dir/.tallyman.7-1.part";
    private static final String RECORD = PART + ".kept";

    @TempDir
    Path root;

    private final ScriptedServer server = new ScriptedServer();
    private final ApacheObjectClient client = new ApacheObjectClient(SETTINGS);
    private final Transfer transfer = new Transfer(client, SETTINGS, () -> NOW);

    ResumeTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    // ---- going on

    @Test
    void aCutTransferIsKeptAndTheNextAsksForTheRestOfTheSameObject() throws Exception {
        cutAfter(6_000);
        assertThat(filesUnderRoot()).containsExactly(PART, RECORD);
        server.thenAnswer(rest(6_000), slice(6_000, 10_000));

        TransferOutcome outcome = resume(expectAll());

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isEqualTo(4_000);
        assertThat(outcome.sizeBytes()).isEqualTo(10_000);
        assertThat(outcome.crc64()).isEqualTo(RIGHT.checksum(ChecksumAlgorithm.CRC64));
        assertThat(finalFile()).hasBinaryContent(BODY);
        assertThat(filesUnderRoot()).containsExactly("dir/object");
        assertThat(server.requests().get(1)).contains("Range: bytes=6000-\r\n", "If-Match: \"ABC\"\r\n");
        assertThat(server.requests().get(0)).doesNotContain("Range:", "If-Match:");
    }

    @Test
    void severalCutsGoOnOneBehindTheOther() throws Exception {
        cutAfter(2_000);
        server.then(ScriptedServer.answerAndReset(rest(2_000), slice(2_000, 5_000)));
        assertThat(resume(expectAll()).failure()).isNotNull();
        String last = Files.readAllLines(root.resolve(RECORD)).getLast();
        int kept = Arrays.stream(last.split(" ", -1))
                .skip(1)
                .limit(2)
                .mapToInt(Integer::parseInt)
                .sum();
        server.thenAnswer(rest(kept), slice(kept, 10_000));

        assertThat(resume(expectAll()).verified()).isTrue();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void theStoresChecksumOfTheWholeObjectVerifiesWhatCameInParts() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(rest(6_000) + crc() + "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\n", slice(6_000, 10_000));

        TransferOutcome outcome = resume(Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
    }

    @Test
    void withoutAnyChecksumWhatCameInPartsIsNotCalledVerified() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(rest(6_000), slice(6_000, 10_000));

        TransferOutcome outcome = resume(Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isFalse();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void anInterruptKeepsWhatHasCome() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        server.then(ScriptedServer.answerAndHang(
                head(ETAG, BODY.length), slice(0, 6_000), answered, new CountDownLatch(1)));
        CountDownLatch received = new CountDownLatch(6_000);
        Transfer watched = new Transfer(
                client,
                SETTINGS,
                new StoreClock(() -> NOW),
                bytes -> {
                    for (long i = 0; i < bytes; i++) {
                        received.countDown();
                    }
                },
                kept -> {});
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                ended.complete(watched.resume(request(expectAll()), SOURCE, this::url, ResumeTest::held));
            } catch (Exception e) {
                ended.complete(e);
            }
        });
        assertThat(ScriptedServer.within30Seconds(received)).isTrue();

        thread.interrupt();

        assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(filesUnderRoot()).contains(PART);
    }

    @Test
    void aRefusalKeepsWhatWasKept() throws Exception {
        cutAfter(6_000);
        server.thenAnswer("HTTP/1.1 403 Forbidden\nContent-Length: 0\n", new byte[0]);
        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Store.ACCESS_DENIED);
        server.thenAnswer(rest(6_000), slice(6_000, 10_000));

        assertThat(resume(expectAll()).bytes()).isEqualTo(4_000);
    }

    @Test
    void anExpiredUrlIsNotSentAndKeepsWhatWasKept() throws Exception {
        cutAfter(6_000);
        SignedUrl expired = new SignedUrl(server.url("/k?x-oss-signature=canary"), Map.of(), NOW.minusNanos(1));

        TransferOutcome outcome =
                transfer.resume(request(expectAll()), SOURCE, UrlSupply.given(expired), ResumeTest::held);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.URL_EXPIRED);
        assertThat(outcome.failure().message()).doesNotContain("canary");
        assertThat(server.requests()).hasSize(1);
        assertThat(filesUnderRoot()).containsExactly(PART, RECORD);
    }

    // ---- starting over

    @Test
    void theWholeObjectInPlaceOfTheRestIsTakenFromItsBeginning() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(head(ETAG, BODY.length), BODY);

        TransferOutcome outcome = resume(expectAll());

        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isEqualTo(10_000);
        assertThat(finalFile()).hasBinaryContent(BODY);
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"412 Precondition Failed", "416 Range Not Satisfiable"})
    void aReplacedObjectIsAskedForFromItsBeginning(String status) throws Exception {
        cutAfter(6_000);
        byte[] other = flipped(BODY);
        server.thenAnswer("HTTP/1.1 " + status + "\nContent-Length: 0\n", new byte[0]);
        server.thenAnswer(head("ETag: \"NEW\"\n", other.length), other);

        TransferOutcome outcome = resume(Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.etag()).isEqualTo("\"NEW\"");
        assertThat(finalFile()).hasBinaryContent(other);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().get(2)).doesNotContain("Range:", "If-Match:");
    }

    @Test
    void theRestOfAnotherObjectIsNotMixedIn() throws Exception {
        cutAfter(6_000);
        byte[] other = flipped(BODY);
        server.then(ScriptedServer.answerAndClose(
                rest(6_000).replace("ABC", "NEW"), Arrays.copyOfRange(other, 6_000, 10_000)));
        server.thenAnswer(head("ETag: \"NEW\"\n", other.length), other);

        assertThat(resume(Expectations.NONE).failure()).isNull();
        assertThat(finalFile()).hasBinaryContent(other);
    }

    @Test
    @FaultCase(19)
    void severalRangesInOneAnswerAreABadAnswer() throws Exception {
        cutAfter(6_000);
        byte[] parts = "--x\r\nContent-Range: bytes 6000-9999/10000\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        server.then(ScriptedServer.answerAndClose(
                rest(6_000).replaceAll("Content-Range: .*", "Content-Type: multipart/byteranges; boundary=x"), parts));

        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Network.BAD_ANSWER);
        assertThat(filesUnderRoot()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 5999-9999/10000",
                "bytes 6001-9999/10000",
                "bytes 6000-9998/10000",
                "bytes 6000-9999/10001",
                "bytes 6000-9999/*",
                "bytes */10000",
                "nonsense"
            })
    @FaultCase(19)
    void anotherRangeThanTheOneAskedForIsABadAnswerAndTheNextAttemptStartsOver(String range) throws Exception {
        cutAfter(6_000);
        server.then(ScriptedServer.answerAndClose(
                rest(6_000).replaceAll("Content-Range: .*", "Content-Range: " + range), slice(6_000, 10_000)));

        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Network.BAD_ANSWER);

        assertThat(filesUnderRoot()).isEmpty();
        server.thenAnswer(head(ETAG, BODY.length), BODY);
        assertThat(resume(expectAll()).verified()).isTrue();
        assertThat(server.requests().get(2)).doesNotContain("Range:");
    }

    @Test
    void keptBytesThatChangedOnDiskAreNotTrusted() throws Exception {
        cutAfter(6_000);
        byte[] kept = Files.readAllBytes(root.resolve(PART));
        kept[1_234] ^= 1;
        Files.write(root.resolve(PART), kept);

        assertStartsOver();
    }

    @Test
    void aPartFileShorterThanItsRecordIsNotTrusted() throws Exception {
        cutAfter(6_000);
        Files.write(root.resolve(PART), slice(0, 5_999));

        assertStartsOver();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "source", "kept -1", "end\n"})
    void aTornRecordIsNotTrusted(String record) throws Exception {
        cutAfter(6_000);
        Files.writeString(root.resolve(RECORD), record);

        assertStartsOver();
    }

    @Test
    void aPartFileWithoutARecordIsNotTrusted() throws Exception {
        cutAfter(6_000);
        Files.delete(root.resolve(RECORD));

        assertStartsOver();
    }

    @Test
    void whatWasKeptOfAnotherSourceIsNotUsed() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(head(ETAG, BODY.length), BODY);

        TransferOutcome outcome =
                transfer.resume(request(expectAll()), "http://elsewhere/dir/object", this::url, ResumeTest::held);

        assertThat(outcome.bytes()).isEqualTo(10_000);
        assertThat(server.requests().get(1)).doesNotContain("Range:");
    }

    @Test
    void bytesBehindTheKeptOnesAreCutOff() throws Exception {
        cutAfter(6_000);
        byte[] more = Arrays.copyOf(slice(0, 6_000), 9_000);
        Files.write(root.resolve(PART), more);
        server.thenAnswer(rest(6_000), slice(6_000, 10_000));

        assertThat(resume(expectAll()).bytes()).isEqualTo(4_000);
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    // ---- keeping nothing

    @ParameterizedTest
    @ValueSource(strings = {"", "ETag: W/\"ABC\"\n", "ETag: ABC\n", "ETag: \"A B\"\n"})
    void withoutAStrongTagNothingIsKept(String tag) throws Exception {
        server.then(ScriptedServer.answerAndClose(head(tag, BODY.length), slice(0, 6_000)));

        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Network.SHORT_BODY);

        assertThat(filesUnderRoot()).isEmpty();
    }

    @Test
    void withoutALengthNothingIsKept() throws Exception {
        server.then(ScriptedServer.answerAndClose(
                head(ETAG + "Transfer-Encoding: chunked\n", -1),
                "3e8\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertThat(resume(expectAll()).failure()).isNotNull();

        assertThat(filesUnderRoot()).isEmpty();
    }

    @Test
    void wrongBytesAreThrownAwayWithWhatWasKept() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(rest(6_000), Arrays.copyOfRange(flipped(BODY, 8_000), 6_000, 10_000));

        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Content.CORRUPTED);

        assertThat(filesUnderRoot()).isEmpty();
    }

    @Test
    void anOrdinaryRunKeepsNothing() throws Exception {
        server.then(ScriptedServer.answerAndClose(head(ETAG, BODY.length), slice(0, 6_000)));

        assertThat(transfer.run(request(expectAll()), this::url, ResumeTest::held)
                        .failure())
                .isNotNull();

        assertThat(filesUnderRoot()).isEmpty();
    }

    @Test
    void twoAtOnceDoNotWriteIntoOnePartFile() throws Exception {
        cutAfter(6_000);
        server.thenAnswer(rest(6_000), slice(6_000, 10_000));
        CompletableFuture<TransferOutcome> other = new CompletableFuture<>();

        // Given a first that is about to rename, when a second begins
        TransferOutcome first = transfer.resume(request(expectAll()), SOURCE, this::url, () -> {
            try {
                other.complete(resume(expectAll()));
            } catch (Exception e) {
                other.completeExceptionally(e);
            }
            return true;
        });

        assertThat(other.get().failure().kind()).isEqualTo(FailureKind.Local.DISK_ERROR);
        assertThat(first.failure()).isNull();
        assertThat(finalFile()).hasBinaryContent(BODY);
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    // ---- the parts

    private void assertStartsOver() throws Exception {
        server.thenAnswer(head(ETAG, BODY.length), BODY);
        TransferOutcome outcome = resume(expectAll());
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isEqualTo(10_000);
        assertThat(server.requests().get(1)).doesNotContain("Range:", "If-Match:");
        assertThat(finalFile()).hasBinaryContent(BODY);
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    private void cutAfter(int bytes) throws Exception {
        server.then(ScriptedServer.answerAndClose(head(ETAG, BODY.length), slice(0, bytes)));
        assertThat(resume(expectAll()).failure().kind()).isEqualTo(FailureKind.Network.SHORT_BODY);
        assertThat(root.resolve(PART)).hasBinaryContent(slice(0, bytes));
    }

    private TransferOutcome resume(Expectations expectations) throws Exception {
        return transfer.resume(request(expectations), SOURCE, this::url, ResumeTest::held);
    }

    private TransferRequest request(Expectations expectations) {
        return new TransferRequest(7, 1, DestinationPath.under(root, "dir/object"), expectations);
    }

    private SignedUrl url() {
        return new SignedUrl(server.url("/dir/object?x-oss-signature=canary"), Map.of(), NOW.plusSeconds(60));
    }

    private Path finalFile() {
        return root.resolve("dir/object");
    }

    private List<String> filesUnderRoot() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean held() {
        return true;
    }

    private static String head(String headers, long length) {
        return "HTTP/1.1 200 OK\n" + headers + (length < 0 ? "" : "Content-Length: " + length + "\n");
    }

    private static String rest(int from) {
        return "HTTP/1.1 206 Partial Content\n" + ETAG + "Content-Range: bytes " + from
                + "-9999/10000\nContent-Length: " + (10_000 - from) + "\n";
    }

    private static String crc() {
        return "x-oss-hash-crc64ecma: " + RIGHT.checksum(ChecksumAlgorithm.CRC64) + "\n";
    }

    private static Expectations expectAll() {
        return new Expectations(RIGHT.sizeBytes(), new EnumMap<>(RIGHT.checksums()));
    }

    private static Measurement measure(byte[] bytes) {
        Digests digests = new Digests(EnumSet.allOf(ChecksumAlgorithm.class));
        digests.update(bytes, 0, bytes.length);
        return digests.finish();
    }

    private static byte[] body(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static byte[] slice(int from, int to) {
        return Arrays.copyOfRange(BODY, from, to);
    }

    private static byte[] flipped(byte[] bytes) {
        return flipped(bytes, bytes.length / 2);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 4;
        return flipped;
    }
}
