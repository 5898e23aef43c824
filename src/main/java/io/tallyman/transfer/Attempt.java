package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Content.SIZE_MISMATCH;
import static io.tallyman.retry.FailureKind.Local.PATH_REFUSED;
import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;
import static io.tallyman.retry.FailureKind.Network.OVERLONG_BODY;
import static io.tallyman.retry.FailureKind.Network.SHORT_BODY;
import static io.tallyman.retry.FailureKind.Store.URL_EXPIRED;

import io.tallyman.retry.Failure;
import io.tallyman.retry.IoFailures;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.StoreChecksums;
import io.tallyman.verify.Verdict;
import io.tallyman.verify.Verifier;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of {@link Transfer}, with what it learns on the way. */
final class Attempt {
    private final Exchange exchange;
    private final InstantSource clock;
    private final LongConsumer onReceived;
    private final TransferRequest request;
    private final Expectations expectations;
    private final byte[] buffer;
    private final Directories directories;
    private final Commits commits;
    private final Runnable onProven;
    private final long startedNanos = System.nanoTime();

    private long receivedBytes;

    Attempt(
            Exchange exchange,
            InstantSource clock,
            LongConsumer onReceived,
            TransferRequest request,
            byte[] buffer,
            Directories directories,
            Commits commits,
            Runnable onProven) {
        this.exchange = exchange;
        this.clock = clock;
        this.onReceived = onReceived;
        this.request = request;
        this.expectations = request.expectations();
        this.buffer = buffer;
        this.directories = directories;
        this.commits = commits;
        this.onProven = onProven;
    }

    TransferOutcome run(Supplier<SignedUrl> signer, BooleanSupplier stillHeld, @Nullable String source)
            throws InterruptedException, LeaseLostException {
        try (Landing landing = new Landing(directories, request, source)) {
            Measurement adopted = prepare();
            if (adopted != null) {
                return success(adopted, true, true);
            }
            KeptRecord kept = takeUp(landing);
            SignedUrl url = unexpired(signer.get());
            if (kept != null) {
                TransferOutcome resumed = resume(kept, url, landing, stillHeld);
                if (resumed != null) {
                    return resumed;
                }
                landing.discard();
            }
            try (ObjectClient.Answer answer = exchange.ask(url, Map.of())) {
                if (answer.status() != 200) {
                    throw exchange.refused(answer, url);
                }
                return receiveWhole(answer, landing, stillHeld);
            }
        } catch (TransferFailedException e) {
            return failure(e.failure());
        } catch (HostilePathException e) {
            return failure(Failure.of(PATH_REFUSED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            DestinationPath destination = request.destination();
            return failure(IoFailures.disk(e, destination.directory(), destination.root()));
        }
    }

    /** Adopts the final file where it is there already, else clears away what earlier leases left. */
    private @Nullable Measurement prepare() throws InterruptedException, TransferFailedException {
        DestinationPath destination = request.destination();
        try (OpenDirectory directory = directories.find(destination)) {
            if (directory == null) {
                return null;
            }
            Measurement adopted = ExistingFile.adopt(directory, destination.fileName(), expectations, buffer);
            PartFile.removeEarlier(directory, request.entryId(), request.epoch());
            return adopted;
        } catch (IOException e) {
            throw diskFailed(e);
        }
    }

    private @Nullable KeptRecord takeUp(Landing landing) throws InterruptedException, TransferFailedException {
        try {
            return landing.takeUp(buffer);
        } catch (IOException e) {
            throw diskFailed(e);
        }
    }

    /** A URL valid up to and with its last second (OSS help page 0002-00000236); later ones are not worth a request. */
    private SignedUrl unexpired(SignedUrl url) throws TransferFailedException {
        Instant end = url.expiresAt();
        if (end != null && clock.instant().isAfter(end)) {
            throw exchange.failed(URL_EXPIRED, "the URL expired at " + end + "; the store was not asked");
        }
        return url;
    }

    /** Asks for the rest of what was kept; null where the object has to be asked for from its beginning. */
    private @Nullable TransferOutcome resume(KeptRecord kept, SignedUrl url, Landing landing, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException, TransferFailedException {
        try (ObjectClient.Answer answer = exchange.ask(url, kept.conditions())) {
            return switch (answer.status()) {
                case 206 -> {
                    if (!kept.isOf(answer)) {
                        yield null;
                    }
                    if (!kept.isContinuedBy(answer)) {
                        landing.discard();
                        throw exchange.failed(BAD_ANSWER, "another range came than the one asked for");
                    }
                    // A Content-MD5 may be of the range alone; the CRC-64 is always the whole object's.
                    StoreChecksums store = StoreHeaders.checksums(answer::header);
                    yield receive(
                            answer, new StoreChecksums(store.crc64(), null), kept.totalBytes(), landing, stillHeld);
                }
                // OSS answers a range it does not like, and any server may answer any range, with the whole object.
                case 200 -> receiveWhole(answer, landing, stillHeld);
                // The object was replaced since.
                case 412, 416 -> null;
                default -> throw exchange.refused(answer, url);
            };
        }
    }

    private TransferOutcome receiveWhole(ObjectClient.Answer answer, Landing landing, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException, TransferFailedException {
        landing.discard();
        checkHead(answer);
        StoreChecksums store = StoreHeaders.checksums(answer::header);
        try {
            landing.begin(store, answer.header("ETag"), answer.contentLength());
        } catch (IOException e) {
            throw diskFailed(e);
        }
        Long expected = expectations.sizeBytes();
        long limit =
                answer.contentLength() >= 0 ? answer.contentLength() : expected != null ? expected : Long.MAX_VALUE;
        return receive(answer, store, limit, landing, stillHeld);
    }

    /**
     * @param limit where the object ends; Long.MAX_VALUE where nobody knows
     */
    private TransferOutcome receive(
            ObjectClient.Answer answer, StoreChecksums store, long limit, Landing landing, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException, TransferFailedException {
        try {
            copy(answer.body(), limit, landing);
            // From here on the bytes are final or worthless.
            landing.discard();
            Measurement measured = landing.measure();
            boolean verified = verified(Verifier.judge(expectations, store, measured), answer);
            onProven.run();
            if (!landing.commit(commits, stillHeld)) {
                throw new LeaseLostException(request.entryId(), request.epoch());
            }
            return success(measured, verified, false);
        } catch (IOException e) {
            TransferFailedException failed = diskFailed(e);
            landing.discard();
            throw failed;
        }
    }

    private void checkHead(ObjectClient.Answer answer) throws TransferFailedException {
        long announced = answer.contentLength();
        String encoding = answer.header("Content-Encoding");
        // Stored encodings come with a length and are kept as stored; without one somebody on the way re-encoded the
        // bytes.
        if (encoding != null && !encoding.equalsIgnoreCase("identity") && announced < 0) {
            throw exchange.failed(BAD_ANSWER, "the body was encoded in flight, though only identity was accepted");
        }
        Long expected = expectations.sizeBytes();
        if (announced >= 0 && expected != null && announced != expected) {
            throw exchange.failed(
                    SIZE_MISMATCH,
                    "size: the manifest expects " + expected + " bytes, the store announces " + announced);
        }
    }

    private void copy(InputStream body, long limit, Landing landing)
            throws IOException, InterruptedException, TransferFailedException {
        for (int count = read(body, landing); count >= 0; count = read(body, landing)) {
            receivedBytes += count;
            if (count > limit - landing.position()) {
                landing.discard();
                throw exchange.failed(OVERLONG_BODY, "more than the " + limit + " bytes came; cut there");
            }
            landing.write(buffer, count);
            onReceived.accept(count);
        }
        if (limit != Long.MAX_VALUE && landing.position() < limit) {
            landing.keepSoFar();
            throw exchange.failed(SHORT_BODY, "the body ended after " + landing.position() + " of " + limit + " bytes");
        }
    }

    private int read(InputStream body, Landing landing)
            throws IOException, InterruptedException, TransferFailedException {
        try {
            Exchange.stopIfInterrupted();
            return body.read(buffer, 0, buffer.length);
        } catch (InterruptedException e) {
            landing.keepSoFar();
            throw e;
        } catch (IOException e) {
            // Keeping needs a channel that no pending interrupt closes.
            boolean interrupted = Thread.interrupted();
            landing.keepSoFar();
            if (interrupted) {
                throw new InterruptedException("the transfer was interrupted");
            }
            throw e instanceof EOFException
                    ? exchange.failed(SHORT_BODY, "after " + receivedBytes + " bytes " + e.getMessage())
                    : exchange.networkFailed(e);
        }
    }

    private boolean verified(Verdict verdict, ObjectClient.Answer answer) throws TransferFailedException {
        return switch (verdict) {
            case Verdict.Verified held -> true;
            case Verdict.Mismatch mismatch -> throw exchange.failed(mismatch.kind(), mismatch.message());
            case Verdict.Unverified nobody -> {
                boolean endKnown = answer.contentLength() >= 0 || answer.chunked() || expectations.sizeBytes() != null;
                if (!endKnown) {
                    throw exchange.failed(
                            BAD_ANSWER,
                            "the body ended with the connection, and neither length nor checksum tells whether it is whole");
                }
                yield false;
            }
        };
    }

    private TransferFailedException diskFailed(IOException e) throws InterruptedException {
        Exchange.stopIfInterrupted();
        DestinationPath destination = request.destination();
        Failure failure = IoFailures.disk(e, destination.directory(), destination.root());
        return exchange.failed(failure.kind(), failure.message());
    }

    private TransferOutcome failure(Failure failure) {
        return new TransferOutcome(
                failure,
                false,
                false,
                receivedBytes,
                elapsed(),
                exchange.status(),
                exchange.requestId(),
                exchange.etag(),
                null,
                null);
    }

    private TransferOutcome success(Measurement measured, boolean verified, boolean adopted) {
        return new TransferOutcome(
                null,
                verified,
                adopted,
                receivedBytes,
                elapsed(),
                exchange.status(),
                exchange.requestId(),
                exchange.etag(),
                measured.sizeBytes(),
                measured.checksum(ChecksumAlgorithm.CRC64));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
