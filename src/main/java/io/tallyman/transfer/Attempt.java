package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Content.SIZE_MISMATCH;
import static io.tallyman.retry.FailureKind.Local.PATH_REFUSED;
import static io.tallyman.retry.FailureKind.Local.SIGNING_REFUSED;
import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;
import static io.tallyman.retry.FailureKind.Network.OVERLONG_BODY;
import static io.tallyman.retry.FailureKind.Network.SHORT_BODY;

import io.tallyman.retry.AnswerClassifier;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.IoFailures;
import io.tallyman.retry.OssError;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.StoreChecksums;
import io.tallyman.verify.Verdict;
import io.tallyman.verify.Verifier;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of {@link Transfer}, with what it learns on the way. */
final class Attempt {
    private static final Map<String, String> HEADERS = Map.of("Accept-Encoding", "identity");

    private final ObjectClient client;
    private final AnswerClassifier classifier;
    private final TransferRequest request;
    private final Expectations expectations;
    private final byte[] buffer;
    private final long startedNanos = System.nanoTime();

    private long receivedBytes;
    private @Nullable Integer status;
    private @Nullable String requestId;
    private @Nullable String etag;

    Attempt(ObjectClient client, AnswerClassifier classifier, TransferRequest request, byte[] buffer) {
        this.client = client;
        this.classifier = classifier;
        this.request = request;
        this.expectations = request.expectations();
        this.buffer = buffer;
    }

    TransferOutcome run(Supplier<SignedUrl> signer, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException {
        try {
            Measurement adopted = prepare();
            if (adopted != null) {
                return success(adopted, true, true);
            }
            SignedUrl url = signer.get();
            try (ObjectClient.Answer answer = open(url)) {
                status = answer.status();
                requestId = answer.header("x-oss-request-id");
                etag = answer.header("ETag");
                if (answer.status() != 200) {
                    throw refused(answer, url);
                }
                return receive(answer, stillHeld);
            }
        } catch (TransferFailedException e) {
            return failure(e.failure());
        } catch (HostilePathException e) {
            return failure(Failure.of(PATH_REFUSED, String.valueOf(e.getMessage())));
        }
    }

    /** Adopts the final file where it is there already, else clears away what earlier leases left. */
    private @Nullable Measurement prepare() throws InterruptedException, TransferFailedException {
        try {
            DestinationPath destination = request.destination();
            if (!destination.directoriesExist()) {
                return null;
            }
            Measurement adopted = ExistingFile.adopt(destination, expectations, buffer);
            PartFile.removeEarlier(destination, request.entryId(), request.epoch());
            return adopted;
        } catch (IOException e) {
            throw diskFailed(e);
        }
    }

    private ObjectClient.Answer open(SignedUrl url) throws InterruptedException, TransferFailedException {
        try {
            return client.get(url, HEADERS);
        } catch (UnusableUrlException e) {
            throw failed(SIGNING_REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw networkFailed(e);
        }
    }

    private TransferFailedException refused(ObjectClient.Answer answer, SignedUrl url) throws InterruptedException {
        byte[] document = new byte[0];
        try {
            document = answer.body().readNBytes(OssError.MAX_BYTES);
        } catch (IOException broken) {
            // The status and the headers still say what happened.
            stopIfInterrupted();
        }
        OssError error = OssError.parse(document);
        if (error.code() == null) {
            error = OssError.parseHeader(answer.header("x-oss-err"));
        }
        return new TransferFailedException(
                classifier.classify(answer.status(), error, answer::header, url.expiresAt()));
    }

    private TransferOutcome receive(ObjectClient.Answer answer, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException, TransferFailedException {
        checkHead(answer);
        StoreChecksums store = StoreHeaders.checksums(answer::header);
        Digests digests = new Digests(Verifier.algorithms(expectations, store));
        try (PartFile part = createPartFile()) {
            copy(answer, digests, part);
            Measurement measured = digests.finish();
            boolean verified = verified(Verifier.judge(expectations, store, measured), answer);
            if (!part.commit(stillHeld)) {
                throw new LeaseLostException(request.entryId(), request.epoch());
            }
            return success(measured, verified, false);
        } catch (IOException e) {
            throw diskFailed(e);
        }
    }

    private void checkHead(ObjectClient.Answer answer) throws TransferFailedException {
        long announced = answer.contentLength();
        String encoding = answer.header("Content-Encoding");
        // Stored encodings come with a length and are kept as stored; without one somebody on the way re-encoded the
        // bytes.
        if (encoding != null && !encoding.equalsIgnoreCase("identity") && announced < 0) {
            throw failed(BAD_ANSWER, "the body was encoded in flight, though only identity was accepted");
        }
        Long expected = expectations.sizeBytes();
        if (announced >= 0 && expected != null && announced != expected) {
            throw failed(
                    SIZE_MISMATCH,
                    "size: the manifest expects " + expected + " bytes, the store announces " + announced);
        }
    }

    private PartFile createPartFile() throws IOException {
        request.destination().createDirectories();
        return PartFile.create(request.destination(), request.entryId(), request.epoch());
    }

    private void copy(ObjectClient.Answer answer, Digests digests, PartFile part)
            throws IOException, InterruptedException, TransferFailedException {
        Long expected = expectations.sizeBytes();
        long limit =
                answer.contentLength() >= 0 ? answer.contentLength() : expected != null ? expected : Long.MAX_VALUE;
        InputStream body = answer.body();
        for (int count = read(body); count >= 0; count = read(body)) {
            if (count > limit - receivedBytes) {
                receivedBytes += count;
                throw failed(OVERLONG_BODY, "more than the " + limit + " bytes came; cut there");
            }
            receivedBytes += count;
            digests.update(buffer, 0, count);
            part.write(buffer, 0, count);
        }
        if (limit != Long.MAX_VALUE && receivedBytes < limit) {
            throw failed(SHORT_BODY, "the body ended after " + receivedBytes + " of " + limit + " bytes");
        }
    }

    private int read(InputStream body) throws InterruptedException, TransferFailedException {
        try {
            return body.read(buffer, 0, buffer.length);
        } catch (EOFException e) {
            throw failed(SHORT_BODY, "after " + receivedBytes + " bytes " + e.getMessage());
        } catch (IOException e) {
            throw networkFailed(e);
        }
    }

    private boolean verified(Verdict verdict, ObjectClient.Answer answer) throws TransferFailedException {
        return switch (verdict) {
            case Verdict.Verified held -> true;
            case Verdict.Mismatch mismatch -> throw failed(mismatch.kind(), mismatch.message());
            case Verdict.Unverified nobody -> {
                boolean endKnown = answer.contentLength() >= 0 || answer.chunked() || expectations.sizeBytes() != null;
                if (!endKnown) {
                    throw failed(
                            BAD_ANSWER,
                            "the body ended with the connection, and neither length nor checksum tells whether it is whole");
                }
                yield false;
            }
        };
    }

    private TransferFailedException networkFailed(IOException e) throws InterruptedException {
        stopIfInterrupted();
        Failure failure = IoFailures.network(e);
        return failed(failure.kind(), failure.message());
    }

    private TransferFailedException diskFailed(IOException e) throws InterruptedException {
        stopIfInterrupted();
        DestinationPath destination = request.destination();
        Failure failure = IoFailures.disk(e, destination.directory(), destination.root());
        return failed(failure.kind(), failure.message());
    }

    /** An interrupt breaks sockets and channels; the exception it causes there says nothing of the store or the disk. */
    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the transfer was interrupted");
        }
    }

    private TransferFailedException failed(FailureKind kind, String message) {
        return new TransferFailedException(new Failure(kind, message, status, null, requestId, null));
    }

    private TransferOutcome failure(Failure failure) {
        return new TransferOutcome(
                failure, false, false, receivedBytes, elapsed(), status, requestId, etag, null, null);
    }

    private TransferOutcome success(Measurement measured, boolean verified, boolean adopted) {
        return new TransferOutcome(
                null,
                verified,
                adopted,
                receivedBytes,
                elapsed(),
                status,
                requestId,
                etag,
                measured.sizeBytes(),
                measured.checksum(ChecksumAlgorithm.CRC64));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
