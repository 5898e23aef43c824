package io.tallyman.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTest {
    private static final TransferSettings SETTINGS = new TransferSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(20), 4, 4096, "tallyman/test", Durability.OBJECT);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] BODY = body(10_000);
    private static final Measurement RIGHT = measure(BODY);

    @TempDir
    Path root;

    private final ScriptedServer server = new ScriptedServer();
    private final ApacheObjectClient client = new ApacheObjectClient(SETTINGS);
    private final Transfer transfer = new Transfer(client, SETTINGS, () -> NOW);

    TransferTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    // ---- whole and verified

    @Test
    void aWholeObjectWithEveryChecksumIsVerified() throws Exception {
        server.thenAnswer(head(storeHeaders(RIGHT) + "ETag: \"ABC\"\n", BODY.length), BODY);

        TransferOutcome outcome = run(expectAll(RIGHT));

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.adopted()).isFalse();
        assertThat(outcome.bytes()).isEqualTo(10_000);
        assertThat(outcome.sizeBytes()).isEqualTo(10_000);
        assertThat(outcome.crc64()).isEqualTo(RIGHT.checksum(ChecksumAlgorithm.CRC64));
        assertThat(outcome.httpStatus()).isEqualTo(200);
        assertThat(outcome.requestId()).isEqualTo("REQ1");
        assertThat(outcome.etag()).isEqualTo("\"ABC\"");
        assertThat(filesUnderRoot()).containsExactly("dir/object");
        assertThat(finalFile()).hasBinaryContent(BODY);
        assertThat(server.requests().get(0)).containsOnlyOnce("Accept-Encoding: identity\r\n");
    }

    @Test
    void theStoresChecksumAloneVerifies() throws Exception {
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), BODY);

        assertThat(run(Expectations.NONE).verified()).isTrue();
    }

    @Test
    void aChunkedBodyIsVerifiedToo() throws Exception {
        server.thenAnswer(head("Transfer-Encoding: chunked\n", -1), chunked(BODY, true));

        assertThat(run(expectAll(RIGHT)).verified()).isTrue();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void withoutAnyChecksumAWholeObjectIsKeptAndNotCalledVerified() throws Exception {
        server.thenAnswer(head("", BODY.length), BODY);

        TransferOutcome outcome = run(Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isFalse();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    @FaultCase(24)
    void anEmptyObjectIsVerified() throws Exception {
        Measurement empty = measure(new byte[0]);
        server.thenAnswer(head(storeHeaders(empty), 0), new byte[0]);

        TransferOutcome outcome = run(expectAll(empty));

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
        assertThat(finalFile()).isEmptyFile();
    }

    @Test
    @FaultCase(21)
    void bytesStoredAsGzipAreKeptAsStored() throws Exception {
        server.thenAnswer(head("Content-Encoding: gzip\n" + storeHeaders(RIGHT), BODY.length), BODY);

        assertThat(run(expectAll(RIGHT)).verified()).isTrue();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void theUrlIsMadeRightBeforeTheRequestAndOnce() throws Exception {
        server.thenAnswer(head("", BODY.length), BODY);
        List<Integer> requestsSeenWhileSigning = new ArrayList<>();

        transfer.run(
                request(Expectations.NONE, 1),
                () -> {
                    requestsSeenWhileSigning.add(server.requests().size());
                    return url();
                },
                TransferTest::held);

        assertThat(requestsSeenWhileSigning).containsExactly(0);
    }

    @Test
    void theFinalNameIsNotVisibleBeforeTheVerdict() throws Exception {
        AtomicReference<List<String>> seenHalfway = new AtomicReference<>();
        server.then((socket, out) -> {
            ScriptedServer.write(out, head(storeHeaders(RIGHT), BODY.length), slice(BODY, 0, 9_999));
            // The client has no way on without the last byte, so what is there now is there before the verdict.
            seenHalfway.set(filesUnderRoot());
            out.write(BODY, 9_999, 1);
            out.flush();
            return true;
        });
        AtomicReference<List<String>> seenRightBeforeRename = new AtomicReference<>();

        transfer.run(request(expectAll(RIGHT), 3), this::url, () -> {
            seenRightBeforeRename.set(filesUnderRoot());
            return true;
        });

        assertThat(seenHalfway.get()).doesNotContain("dir/object");
        assertThat(seenRightBeforeRename.get()).containsExactly("dir/.tallyman.7-3.part");
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    // ---- wrong bytes

    @Test
    void aFlippedBitIsCorruption() throws Exception {
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), flipped(BODY));

        assertFails(Expectations.NONE, FailureKind.Content.CORRUPTED);
    }

    @Test
    void aFlippedBitThatManifestAndStoreBothSeeIsCorruption() throws Exception {
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), flipped(BODY));

        assertFails(expectAll(RIGHT), FailureKind.Content.CORRUPTED);
    }

    @Test
    @FaultCase(22)
    void anotherObjectThanTheManifestsIsAContentMismatch() throws Exception {
        byte[] other = flipped(BODY);
        server.thenAnswer(head(storeHeaders(measure(other)), other.length), other);

        assertFails(expectAll(RIGHT), FailureKind.Content.CONTENT_MISMATCH);
    }

    @Test
    @FaultCase(22)
    void aWrongStoreChecksumIsNamedAsSuch() throws Exception {
        server.thenAnswer(head("x-oss-hash-crc64ecma: 12345\n", BODY.length), BODY);

        assertFails(expectAll(RIGHT), FailureKind.Content.STORE_CHECKSUM_MISMATCH);
    }

    @Test
    void aWrongContentMd5OfTheStoreIsNamedAsSuch() throws Exception {
        server.thenAnswer(head("Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\n", BODY.length), BODY);

        assertFails(expectAll(RIGHT), FailureKind.Content.STORE_CHECKSUM_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-oss-hash-crc64ecma: -1",
                "x-oss-hash-crc64ecma: 99999999999999999999",
                "x-oss-hash-crc64ecma: abc",
                "Content-MD5: AAAA",
                "Content-MD5: !",
                "x-oss-object-type: Symlink\nx-oss-hash-crc64ecma: 12345",
            })
    void aStoreChecksumThatIsNoneOrOfALinkIsNotCounted(String headers) throws Exception {
        server.thenAnswer(head(headers + "\n", BODY.length), BODY);

        TransferOutcome outcome = run(Expectations.NONE);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isFalse();
    }

    @Test
    @FaultCase(22)
    void anotherSizeIsSeenInTheHeadAndNothingIsDownloaded() throws Exception {
        server.thenAnswer(head("", BODY.length + 1), new byte[0]);

        TransferOutcome outcome = assertFails(expectAll(RIGHT), FailureKind.Content.SIZE_MISMATCH);

        assertThat(outcome.bytes()).isZero();
        assertThat(outcome.failure().message()).contains("10000", "10001");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 5_000, 9_999})
    @FaultCase(15)
    void aBodyThatEndsBeforeItsContentLengthIsShort(int length) throws Exception {
        server.then(ScriptedServer.answerAndClose(head(storeHeaders(RIGHT), BODY.length), slice(BODY, 0, length)));

        TransferOutcome outcome = assertFails(expectAll(RIGHT), FailureKind.Network.SHORT_BODY);

        assertThat(outcome.bytes()).isEqualTo(length);
        assertThat(outcome.failure().httpStatus()).isEqualTo(200);
        assertThat(outcome.failure().requestId()).isEqualTo("REQ1");
    }

    @Test
    void aWellFramedBodyShorterThanExpectedIsShort() throws Exception {
        server.thenAnswer(head("Transfer-Encoding: chunked\n", -1), chunked(slice(BODY, 0, 9_000), true));

        assertFails(expectAll(RIGHT), FailureKind.Network.SHORT_BODY);
    }

    @Test
    @FaultCase(17)
    void aChunkedBodyWithoutItsEndIsALostConnection() throws Exception {
        server.then(ScriptedServer.answerAndClose(head("Transfer-Encoding: chunked\n", -1), chunked(BODY, false)));

        assertFails(expectAll(RIGHT), FailureKind.Network.CONNECTION_LOST);
    }

    @Test
    void nonsenseForAChunkIsABadAnswer() throws Exception {
        server.then(ScriptedServer.answerAndClose(
                head("Transfer-Encoding: chunked\n", -1), "zzz\r\nnot a chunk\r\n".getBytes(UTF_8)));

        assertFails(expectAll(RIGHT), FailureKind.Network.BAD_ANSWER);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    @FaultCase(18)
    void anOverlongBodyIsCut(int tooMany) throws Exception {
        byte[] longer = body(BODY.length + tooMany);
        server.thenAnswer(head("Transfer-Encoding: chunked\n", -1), chunked(longer, true));

        TransferOutcome outcome = assertFails(expectAll(RIGHT), FailureKind.Network.OVERLONG_BODY);

        assertThat(outcome.bytes()).isBetween(10_001L, 10_000L + SETTINGS.bufferBytes());
    }

    @Test
    @FaultCase(18)
    void anEndlessBodyIsCut() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        server.then((socket, out) -> {
            ScriptedServer.write(out, head("", -1), BODY);
            try {
                while (true) {
                    out.write(BODY);
                }
            } finally {
                cut.countDown();
            }
        });

        assertFails(expectAll(RIGHT), FailureKind.Network.OVERLONG_BODY);

        assertThat(ScriptedServer.within30Seconds(cut)).isTrue();
    }

    @Test
    @FaultCase(21)
    void aBodyEncodedInFlightIsRefused() throws Exception {
        server.thenAnswer(head("Content-Encoding: gzip\nTransfer-Encoding: chunked\n", -1), chunked(BODY, true));

        assertFails(Expectations.NONE, FailureKind.Network.BAD_ANSWER);
    }

    @Test
    @FaultCase(16)
    void aBodyThatEndsWithTheConnectionCountsOnlyWhereSomethingTellsItIsWhole() throws Exception {
        server.then(ScriptedServer.answerAndClose(head("", -1), BODY));
        assertFails(Expectations.NONE, FailureKind.Network.BAD_ANSWER);

        server.then(ScriptedServer.answerAndClose(head(storeHeaders(RIGHT), -1), BODY));
        assertThat(run(Expectations.NONE).verified()).isTrue();

        Files.delete(finalFile());
        server.then(ScriptedServer.answerAndClose(head("", -1), BODY));
        TransferOutcome sizeOnly = run(new Expectations((long) BODY.length, Map.of()));
        assertThat(sizeOnly.failure()).isNull();
        assertThat(sizeOnly.verified()).isFalse();

        Files.delete(finalFile());
        server.then(ScriptedServer.answerAndClose(head("", -1), slice(BODY, 0, 9_999)));
        assertFails(new Expectations((long) BODY.length, Map.of()), FailureKind.Network.SHORT_BODY);
    }

    // ---- the network and the store say no

    @Test
    void aResetMidwayIsALostConnection() throws Exception {
        server.then(ScriptedServer.answerAndReset(head("Transfer-Encoding: chunked\n", -1), chunked(BODY, false)));

        assertFails(expectAll(RIGHT), FailureKind.Network.CONNECTION_LOST);
    }

    @Test
    void aConnectionClosedWithoutAnAnswerIsALostConnection() throws Exception {
        server.then((socket, out) -> false);

        TransferOutcome outcome = assertFails(expectAll(RIGHT), FailureKind.Network.CONNECTION_LOST);

        assertThat(outcome.httpStatus()).isNull();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aServerThatDoesNotSpeakHttpIsABadAnswer() throws Exception {
        server.then((socket, out) -> {
            out.write("SSH-2.0-OpenSSH_9.0\r\n\r\n".repeat(2000).getBytes(UTF_8));
            return false;
        });

        assertFails(expectAll(RIGHT), FailureKind.Network.BAD_ANSWER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: abc",
                "Content-Length: -5",
                "Content-Length: 99999999999999999999",
                "Content-Length: 10000\nContent-Length: 5",
                "Transfer-Encoding: bogus",
            })
    void aBodyFramedWronglyIsABadAnswer(String framing) throws Exception {
        server.then(ScriptedServer.answerAndClose(head(framing + "\n", -1), BODY));

        assertFails(expectAll(RIGHT), FailureKind.Network.BAD_ANSWER);
    }

    @Test
    void aHeadThatNeverEndsIsABadAnswer() throws Exception {
        server.then((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
            while (true) {
                out.write("x-more: and more\r\n".getBytes(UTF_8));
            }
        });
        assertFails(expectAll(RIGHT), FailureKind.Network.BAD_ANSWER);

        server.then(ScriptedServer.answerAndClose("HTTP/1.1 200 OK\nx-long: " + "x".repeat(100_000), BODY));
        assertFails(expectAll(RIGHT), FailureKind.Network.BAD_ANSWER);
    }

    @Test
    void aResetAfterTheLengthWasAnnouncedIsALostConnection() throws Exception {
        server.then(ScriptedServer.answerAndReset(head("", BODY.length), new byte[0]));

        assertFails(expectAll(RIGHT), FailureKind.Network.CONNECTION_LOST);
    }

    @Test
    @FaultCase(31)
    void silenceInTheBodyOrBeforeTheHeadIsAStall() throws Exception {
        TransferSettings impatient = new TransferSettings(
                Duration.ofSeconds(5), Duration.ofMillis(300), 4, 4096, "tallyman/test", Durability.OBJECT);
        try (ApacheObjectClient impatientClient = new ApacheObjectClient(impatient)) {
            Transfer impatientTransfer = new Transfer(impatientClient, impatient, () -> NOW);
            for (boolean headFirst : new boolean[] {true, false}) {
                CountDownLatch gone = new CountDownLatch(1);
                server.then((socket, out) -> {
                    try {
                        if (headFirst) {
                            ScriptedServer.write(out, head("", BODY.length), slice(BODY, 0, 5_000));
                        }
                        return socket.getInputStream().read() >= 0;
                    } finally {
                        gone.countDown();
                    }
                });

                TransferOutcome outcome =
                        impatientTransfer.run(request(expectAll(RIGHT), 1), this::url, TransferTest::held);

                assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Network.STALLED);
                assertThat(ScriptedServer.within30Seconds(gone)).isTrue();
                assertThat(filesUnderRoot()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, '',                      redirected",
        "400, InvalidArgument,         request_refused",
        "403, AccessDenied,            access_denied",
        "403, SignatureDoesNotMatch,   signature_refused",
        "403, InvalidAccessKeyId,      credentials_refused",
        "403, InvalidObjectState,      archived",
        "403, RequestTimeTooSkewed,    clock_skew",
        "404, NoSuchKey,               not_found",
        "404, NoSuchBucket,            wrong_endpoint",
        "405, MethodNotAllowed,        not_found",
        "412, PreconditionFailed,      changed",
        "429, QpsLimitExceeded,        throttled",
        "500, InternalError,           server_error",
        "503, ServiceUnavailable,      throttled",
        "206, '',                      bad_answer",
    })
    void everyRefusalIsNamed(int status, String code, String kind) throws Exception {
        byte[] document = ("<Error><Code>" + code + "</Code><Message>no</Message></Error>").getBytes(UTF_8);
        server.thenAnswer(
                "HTTP/1.1 " + status + " X\nx-oss-request-id: REQ1\nRetry-After: 7\nContent-Length: " + document.length,
                document);

        TransferOutcome outcome = assertFails(expectAll(RIGHT), FailureKind.fromLabel(kind));

        assertThat(outcome.failure().httpStatus()).isEqualTo(status);
        assertThat(outcome.failure().errorCode()).isEqualTo(code.isEmpty() ? null : code);
        assertThat(outcome.failure().requestId()).isEqualTo("REQ1");
        assertThat(outcome.failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(outcome.bytes()).isZero();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aUrlPastItsExpiryIsNamedExpiredEvenWithoutADocument() throws Exception {
        server.thenAnswer("HTTP/1.1 403 Forbidden\nContent-Length: 0", new byte[0]);
        SignedUrl expired = new SignedUrl(server.url("/k"), Map.of(), NOW);

        TransferOutcome outcome =
                transfer.run(request(Expectations.NONE, 1), UrlSupply.given(expired), TransferTest::held);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Store.URL_EXPIRED);
    }

    @Test
    void theErrorDocumentIsFoundInItsHeader() throws Exception {
        String encoded =
                Base64.getEncoder().encodeToString("<Error><Code>InvalidObjectState</Code></Error>".getBytes(UTF_8));
        server.thenAnswer("HTTP/1.1 403 Forbidden\nx-oss-err: " + encoded + "\nContent-Length: 0", new byte[0]);

        assertFails(Expectations.NONE, FailureKind.Store.ARCHIVED);
    }

    @Test
    void anErrorWithAnEndlessBodyEnds() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        server.then((socket, out) -> {
            ScriptedServer.write(out, "HTTP/1.1 500 X\nContent-Length: 1099511627776", new byte[0]);
            try {
                while (true) {
                    out.write(BODY);
                }
            } finally {
                cut.countDown();
            }
        });

        assertFails(Expectations.NONE, FailureKind.Store.SERVER_ERROR);

        assertThat(ScriptedServer.within30Seconds(cut)).isTrue();
    }

    @Test
    void aUrlThatCannotBeSentIsASigningFailureAndStaysSecret() throws Exception {
        TransferOutcome outcome = transfer.run(
                request(Expectations.NONE, 1),
                () -> new SignedUrl("http://127.0.0.1/a b?x-oss-signature=canary", Map.of(), null),
                TransferTest::held);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Local.SIGNING_REFUSED);
        assertThat(outcome.failure().message()).doesNotContain("canary");
    }

    @Test
    void whatTheSignerThrowsIsPassedOnAndNothingIsWritten() {
        assertThatThrownBy(() -> transfer.run(
                        request(Expectations.NONE, 1),
                        () -> {
                            throw new IllegalStateException("no keys");
                        },
                        TransferTest::held))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no keys");
        assertThat(filesUnderRoot()).isEmpty();
    }

    // ---- files

    @Test
    void aFileThatWasThereStaysIntactWhereTheTransferFails() throws Exception {
        writeFinal("older".getBytes(UTF_8));
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), flipped(BODY));

        TransferOutcome outcome = run(expectAll(RIGHT));

        assertThat(outcome.failure()).isNotNull();
        assertThat(finalFile()).hasContent("older");
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    @Test
    void aFileThatWasThereIsReplacedByAVerifiedOne() throws Exception {
        writeFinal("older".getBytes(UTF_8));
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), BODY);

        assertThat(run(expectAll(RIGHT)).failure()).isNull();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void aFinalFileWithTheRightBytesIsAdoptedWithoutARequest() throws Exception {
        writeFinal(BODY);
        Files.createFile(root.resolve("dir/.tallyman.7-1.part"));

        TransferOutcome outcome = transfer.run(
                request(expectAll(RIGHT), 2),
                () -> {
                    throw new AssertionError("nothing needs signing");
                },
                TransferTest::held);

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.adopted()).isTrue();
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isZero();
        assertThat(outcome.sizeBytes()).isEqualTo(10_000);
        assertThat(outcome.crc64()).isEqualTo(RIGHT.checksum(ChecksumAlgorithm.CRC64));
        assertThat(outcome.httpStatus()).isNull();
        assertThat(server.requests()).isEmpty();
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    @Test
    void aFinalFileIsNotAdoptedOnItsSizeAlone() throws Exception {
        writeFinal(flipped(BODY));
        server.thenAnswer(head("", BODY.length), BODY);

        TransferOutcome outcome = run(new Expectations((long) BODY.length, Map.of()));

        assertThat(outcome.adopted()).isFalse();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    @FaultCase(14)
    void aFinalFileWithOtherBytesIsDownloadedAnew() throws Exception {
        writeFinal(flipped(BODY));
        server.thenAnswer(head("", BODY.length), BODY);

        TransferOutcome outcome = run(expectAll(RIGHT));

        assertThat(outcome.adopted()).isFalse();
        assertThat(outcome.verified()).isTrue();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void aLinkInPlaceOfTheFinalFileIsReplacedAndNotFollowed() throws Exception {
        Path outside = Files.write(Files.createTempFile(root.getParent(), "outside", null), BODY);
        Files.createDirectories(finalFile().getParent());
        Files.createSymbolicLink(finalFile(), outside);
        server.thenAnswer(head("", BODY.length), BODY);

        TransferOutcome outcome = run(expectAll(RIGHT));

        assertThat(outcome.adopted()).isFalse();
        assertThat(Files.isSymbolicLink(finalFile())).isFalse();
        assertThat(finalFile()).hasBinaryContent(BODY);
        Files.delete(outside);
    }

    @Test
    void aLinkPlantedInTheTreeIsRefusedBeforeAnyRequest(@TempDir Path elsewhere) throws Exception {
        Files.createSymbolicLink(root.resolve("dir"), elsewhere);

        TransferOutcome outcome = run(expectAll(RIGHT));

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Local.PATH_REFUSED);
        assertThat(server.requests()).isEmpty();
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aDirectoryInPlaceOfTheFinalFileIsRefused() throws Exception {
        Files.createDirectories(finalFile());
        server.thenAnswer(head("", BODY.length), BODY);

        assertThat(run(expectAll(RIGHT)).failure().kind()).isEqualTo(FailureKind.Local.PATH_REFUSED);
        assertThat(finalFile()).isEmptyDirectory();
    }

    @Test
    void aFileWhereADirectoryIsNeededIsRefused() throws Exception {
        Files.writeString(root.resolve("dir"), "I was here");

        assertThat(run(expectAll(RIGHT)).failure().kind()).isEqualTo(FailureKind.Local.PATH_REFUSED);
        assertThat(root.resolve("dir")).hasContent("I was here");
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 1000})
    void partFilesOfEarlierLeasesAreRemovedAndThoseOfOthersStay(long epoch) throws Exception {
        Files.createDirectories(finalFile().getParent());
        for (String name : List.of("7-1", "7-2", "7-" + epoch, "7-" + (epoch + 1), "77-1", "7-x")) {
            Files.createFile(root.resolve("dir/.tallyman." + name + ".part"));
        }
        server.thenAnswer(head("", BODY.length), BODY);

        assertThat(transfer.run(request(expectAll(RIGHT), epoch), this::url, TransferTest::held)
                        .failure())
                .isNull();

        assertThat(filesUnderRoot())
                .containsExactlyInAnyOrder(
                        "dir/object",
                        "dir/.tallyman.7-" + (epoch + 1) + ".part",
                        "dir/.tallyman.77-1.part",
                        "dir/.tallyman.7-x.part");
    }

    @Test
    void aLostLeaseRenamesNothing() throws Exception {
        writeFinal("the new holder's".getBytes(UTF_8));
        server.thenAnswer(head("", BODY.length), BODY);

        assertThatThrownBy(() -> transfer.run(request(expectAll(RIGHT), 1), this::url, () -> false))
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("entry 7");

        assertThat(finalFile()).hasContent("the new holder's");
        assertThat(filesUnderRoot()).containsExactly("dir/object");
    }

    @Test
    void aFolderThatIsRemovedBetweenTwoObjectsIsMadeAgain() throws Exception {
        // Given
        server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), BODY)
                .thenAnswer(head(storeHeaders(RIGHT), BODY.length), BODY);
        run(Expectations.NONE);
        Files.delete(root.resolve("dir/object"));
        Files.delete(root.resolve("dir"));

        // When
        TransferOutcome outcome = run(Expectations.NONE);

        // Then
        assertThat(outcome.failure()).isNull();
        assertThat(root.resolve("dir/object")).hasBinaryContent(BODY);
    }

    @Test
    void aPlaceThatCannotBeWrittenStopsTheWorker() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc");
        server.thenAnswer(head("", BODY.length), BODY);
        DestinationPath nowhere = DestinationPath.under(Path.of("/proc/self"), "no/object");

        TransferOutcome outcome =
                transfer.run(new TransferRequest(7, 1, nowhere, expectAll(RIGHT)), this::url, TransferTest::held);

        assertThat(outcome.failure().kind()).isInstanceOf(FailureKind.Local.class);
        assertThat(outcome.failure().kind()).isNotEqualTo(FailureKind.Local.INTERNAL_ERROR);
    }

    @Test
    void aPartFileRemovedUnderneathIsADiskErrorAndNothingIsVisible() throws Exception {
        server.thenAnswer(head("", BODY.length), BODY);

        TransferOutcome outcome = transfer.run(request(expectAll(RIGHT), 1), this::url, () -> {
            try {
                Files.delete(root.resolve("dir/.tallyman.7-1.part"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Local.DISK_ERROR);
        assertThat(filesUnderRoot()).isEmpty();
    }

    // ---- interruption

    @Test
    void anInterruptCutsTheConnectionPromptlyAndLeavesNothing() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch clientGone = new CountDownLatch(1);
        server.then(ScriptedServer.answerAndHang(head("", BODY.length), slice(BODY, 0, 5_000), answered, clientGone));
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                ended.complete(run(expectAll(RIGHT)));
            } catch (Exception e) {
                ended.complete(e);
            }
        });
        assertThat(ScriptedServer.within30Seconds(answered)).isTrue();

        thread.interrupt();

        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(ScriptedServer.within30Seconds(clientGone)).isTrue();
        assertThat(filesUnderRoot()).isEmpty();
    }

    @Test
    void anInterruptWhileForcingOrRenamingIsEitherWholeOrNothing() throws Exception {
        // Given an interrupt that is already pending when the lease is asked for, right before the rename
        server.thenAnswer(head("", BODY.length), BODY);
        CompletableFuture<TransferOutcome> ended = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                ended.complete(transfer.run(request(expectAll(RIGHT), 1), this::url, () -> {
                    Thread.currentThread().interrupt();
                    return true;
                }));
            } catch (Exception e) {
                ended.completeExceptionally(e);
            }
        });

        // Then the file is final and reported as such
        assertThat(ended.get(30, TimeUnit.SECONDS).failure()).isNull();
        assertThat(finalFile()).hasBinaryContent(BODY);
    }

    @Test
    void nothingStaysOpenAfterManyFailures() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(descriptors), "needs /proc");
        for (int i = 0; i < 300; i++) {
            switch (i % 3) {
                case 0 -> server.thenAnswer(head(storeHeaders(RIGHT), BODY.length), flipped(BODY));
                case 1 -> server.then(ScriptedServer.answerAndClose(head("", BODY.length), slice(BODY, 0, 5_000)));
                default -> server.thenAnswer(head("", BODY.length + 1), BODY);
            }
            assertThat(run(expectAll(RIGHT)).failure()).isNotNull();
        }
        client.close();
        server.close();

        try (Stream<Path> open = Files.list(descriptors)) {
            assertThat(open.map(TransferTest::target).filter(name -> name.contains(".tallyman.")))
                    .isEmpty();
        }
        assertThat(filesUnderRoot()).isEmpty();
    }

    // ---- the parts

    private TransferOutcome run(Expectations expectations) throws Exception {
        return transfer.run(request(expectations, 1), this::url, TransferTest::held);
    }

    private TransferOutcome assertFails(Expectations expectations, FailureKind kind) throws Exception {
        TransferOutcome outcome = run(expectations);

        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().kind()).as(outcome.failure().message()).isEqualTo(kind);
        assertThat(outcome.failure().message()).doesNotContain("canary").doesNotContain("\n");
        assertThat(outcome.verified()).isFalse();
        assertThat(outcome.sizeBytes()).isNull();
        assertThat(outcome.crc64()).isNull();
        assertThat(filesUnderRoot()).isEmpty();
        return outcome;
    }

    private TransferRequest request(Expectations expectations, long epoch) {
        return new TransferRequest(7, epoch, DestinationPath.under(root, "dir/object"), expectations);
    }

    private SignedUrl url() {
        return new SignedUrl(server.url("/dir/object?x-oss-signature=canary"), Map.of(), NOW.plusSeconds(60));
    }

    private Path finalFile() {
        return root.resolve("dir/object");
    }

    private void writeFinal(byte[] bytes) throws IOException {
        Files.createDirectories(finalFile().getParent());
        Files.write(finalFile(), bytes);
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

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static String head(String headers, long length) {
        return "HTTP/1.1 200 OK\nx-oss-request-id: REQ1\n" + headers
                + (length < 0 ? "" : "Content-Length: " + length + "\n");
    }

    private static String storeHeaders(Measurement measured) {
        byte[] md5 = HexFormat.of().parseHex(measured.checksum(ChecksumAlgorithm.MD5));
        return "x-oss-hash-crc64ecma: " + measured.checksum(ChecksumAlgorithm.CRC64) + "\nContent-MD5: "
                + Base64.getEncoder().encodeToString(md5) + "\n";
    }

    private static Expectations expectAll(Measurement measured) {
        return new Expectations(measured.sizeBytes(), new EnumMap<>(measured.checksums()));
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

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 4;
        return flipped;
    }

    private static byte[] chunked(byte[] bytes, boolean ended) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += 3000) {
            int length = Math.min(3000, bytes.length - at);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
            out.write(bytes, at, length);
            out.write("\r\n".getBytes(UTF_8));
        }
        if (ended) {
            out.write("0\r\n\r\n".getBytes(UTF_8));
        }
        return out.toByteArray();
    }
}
