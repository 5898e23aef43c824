package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Local.DISK_READ_ONLY;
import static io.tallyman.retry.FailureKind.Local.NO_ROOM;
import static io.tallyman.retry.FailureKind.Local.PATH_REFUSED;
import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;
import static io.tallyman.retry.FailureKind.Network.OVERLONG_BODY;

import io.tallyman.retry.Failure;
import io.tallyman.retry.IoFailures;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.StoreChecksums;
import io.tallyman.verify.Verdict;
import io.tallyman.verify.Verifier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One run of {@link Transfer}: adopt, go on with what is kept, or fetch from the beginning; then verify and commit. */
final class Attempt {
    private final Transfer.Engine engine;
    private final TransferRequest request;
    private final Expectations expectations;
    private final Links links;
    private final Lease lease;
    private final Runnable onProven;
    private final byte[] buffer;
    private final Account account;
    /** The newest that was used by the attempt's own thread. */
    private Exchange exchange;

    private Room.Promise promise;

    Attempt(
            Transfer.Engine engine,
            TransferRequest request,
            UrlSupply urls,
            Lease lease,
            Runnable onProven,
            byte[] buffer) {
        this.engine = engine;
        this.request = request;
        this.expectations = request.expectations();
        this.links = new Links(urls, engine.clock());
        this.lease = lease;
        this.onProven = onProven;
        this.buffer = buffer;
        this.account = new Account(engine.onReceived());
        this.exchange = new Exchange(engine.client(), links);
        this.promise = engine.room().none();
    }

    TransferOutcome run(Landing landing) throws InterruptedException, LeaseLostException, EndpointBusyException {
        try (landing) {
            boolean done = false;
            try {
                TransferOutcome outcome = bring(landing);
                done = true;
                return outcome;
            } finally {
                if (!done && landing.keeps() && lease.isLost()) {
                    // Whoever holds the entry now has looked for leftovers already, and would not find these.
                    landing.discard();
                }
            }
        } catch (TransferFailedException e) {
            return account.failed(e.failure(), exchange);
        } catch (HostilePathException e) {
            return account.failed(Failure.of(PATH_REFUSED, String.valueOf(e.getMessage())), exchange);
        } catch (EndpointBusyException e) {
            throw e;
        } catch (IOException e) {
            return account.failed(diskFailure(e), exchange);
        } finally {
            promise.giveBack();
        }
    }

    private TransferOutcome bring(Landing landing)
            throws InterruptedException, TransferFailedException, LeaseLostException, IOException {
        try {
            Measurement adopted = adopt();
            if (adopted != null) {
                return account.landed(adopted, true, true, exchange);
            }
            KeptRecord kept = landing.takeUp(engine.buffers());
            boolean ranges = true;
            // An object may be replaced while it is fetched, and then is fetched anew; one that is replaced all the
            // time is
            // not.
            for (int starts = kept == null ? 1 : 0; ; starts++) {
                try {
                    return kept != null ? goOn(kept, landing) : fromTheBeginning(landing, ranges);
                } catch (ObjectChangedException e) {
                    if (starts > 1) {
                        throw e;
                    }
                } catch (NoRangesException e) {
                    if (!e.wholeObject()) {
                        throw e;
                    }
                    ranges = false;
                }
                kept = null;
                landing.discard();
            }
        } catch (TransferFailedException e) {
            if (e.failure().kind() == BAD_ANSWER || e.failure().kind() == OVERLONG_BODY) {
                landing.discard();
            }
            throw e;
        } catch (EndpointBusyException e) {
            throw e;
        } catch (IOException e) {
            Exchange.stopIfInterrupted();
            landing.discard();
            throw e;
        }
    }

    private @Nullable Measurement adopt() throws IOException {
        try (OpenDirectory directory = engine.directories().find(request.destination())) {
            if (directory == null) {
                return null;
            }
            Measurement adopted =
                    ExistingFile.adopt(directory, request.destination().fileName(), expectations, buffer);
            if (adopted != null) {
                PartFile.removeEarlier(directory, request.entryId(), request.epoch());
            }
            return adopted;
        }
    }

    /** Asks for the first of what is missing, and for the rest behind it. */
    private TransferOutcome goOn(KeptRecord kept, Landing landing)
            throws IOException, InterruptedException, TransferFailedException, LeaseLostException {
        PartMap map = new PartMap(kept.totalBytes(), partBytes(kept.totalBytes()), kept.pieces());
        Piece first = map.take();
        if (first == null) {
            throw new IllegalStateException("a record of a whole object is no record");
        }
        long end = Math.max(first.limit(), map.freeUntil(first.offset()));
        requireRoom(kept.totalBytes()
                - kept.pieces().stream().mapToLong(KeptPiece::lengthBytes).sum());
        ObjectClient.Answer answer = exchange.range(kept.conditions(first.offset(), end));
        try (answer) {
            if (answer.status() == 200) {
                // OSS answers a range it does not like, and any server may answer any range, with the whole object.
                return receiveWhole(answer, landing, false);
            }
            if (answer.status() != 206 || !kept.isOf(answer)) {
                throw new ObjectChangedException();
            }
            if (!kept.isAnsweredBy(answer, first.offset(), end)) {
                throw new NoRangesException(false);
            }
            return receiveParts(answer, first, end, map, kept, landing);
        }
    }

    private TransferOutcome fromTheBeginning(Landing landing, boolean ranges)
            throws IOException, InterruptedException, TransferFailedException, LeaseLostException {
        if (expectations.sizeBytes() != null) {
            requireRoom(expectations.sizeBytes());
        }
        try (ObjectClient.Answer answer = exchange.whole()) {
            return receiveWhole(answer, landing, ranges);
        }
    }

    private TransferOutcome receiveWhole(ObjectClient.Answer answer, Landing landing, boolean ranges)
            throws IOException, InterruptedException, TransferFailedException, LeaseLostException {
        landing.discard();
        Answers.checkHead(answer, expectations, exchange);
        long size = answer.contentLength();
        if (size >= 0) {
            requireRoom(size);
        }
        KeptRecord object = landing.begin(answer.header("ETag"), size);
        if (ranges && object != null && size >= engine.large().thresholdBytes()) {
            PartMap map = new PartMap(size, partBytes(size), object.pieces());
            Piece first = map.takeAt(0, size);
            if (first != null) {
                return receiveParts(answer, first, size, map, object, landing);
            }
        }
        StoreChecksums store = StoreHeaders.checksums(answer::header);
        WholeStream stream = new WholeStream(
                answer,
                exchange,
                landing,
                new Digests(Verifier.algorithms(expectations, store)),
                buffer,
                this::received);
        return land(stream.receive(expectations.sizeBytes()), store, answer, landing);
    }

    private TransferOutcome receiveParts(
            ObjectClient.Answer answer, Piece first, long end, PartMap map, KeptRecord object, Landing landing)
            throws IOException, InterruptedException, TransferFailedException, LeaseLostException {
        // A Content-MD5 may be of the range alone, and needs the bytes once more; the CRC-64 is always the whole
        // object's.
        StoreChecksums all = StoreHeaders.checksums(answer::header);
        boolean md5 = answer.status() == 200 && all.crc64() == null;
        StoreChecksums store = new StoreChecksums(all.crc64(), md5 ? all.md5() : null);
        int most = object.totalBytes() >= engine.large().thresholdBytes()
                ? engine.large().connections()
                : 1;
        Lanes lanes = new Lanes(
                engine.client(),
                links,
                engine.buffers(),
                engine.connections(),
                most,
                this::received,
                landing,
                object,
                map);
        Measurement measured = lanes.fetch(first, answer, end, exchange, Verifier.algorithms(expectations, store));
        return land(measured, store, answer, landing);
    }

    private TransferOutcome land(
            Measurement measured, StoreChecksums store, ObjectClient.Answer answer, Landing landing)
            throws IOException, InterruptedException, TransferFailedException, LeaseLostException {
        boolean verified;
        try {
            verified = verified(Verifier.judge(expectations, store, measured), answer);
            onProven.run();
            while (!landing.commit(lease::holds)) {
                // A database that is silent for a while is no reason to fetch it all again.
                if (!lease.awaitKnown()) {
                    throw new LeaseLostException(request.entryId(), request.epoch());
                }
            }
        } catch (TransferFailedException | IOException worthless) {
            // The wrong bytes, or not known to be on disk after a failed fsync, whatever interrupts us now.
            landing.discard();
            throw worthless;
        }
        landing.discard();
        return account.landed(measured, verified, false, exchange);
    }

    private void received(long bytes) {
        account.received(bytes);
        promise.used(bytes);
    }

    private void requireRoom(long bytes) throws TransferFailedException {
        promise.giveBack();
        try {
            promise = engine.room().promise(request.destination(), bytes);
        } catch (Room.NoRoomException e) {
            throw exchange.failed(NO_ROOM, String.valueOf(e.getMessage()));
        }
    }

    private boolean verified(Verdict verdict, ObjectClient.Answer answer) throws TransferFailedException {
        return switch (verdict) {
            case Verdict.Verified held -> true;
            case Verdict.Mismatch mismatch -> throw exchange.failed(mismatch.kind(), mismatch.message());
            case Verdict.Unverified nobody -> {
                if (!Answers.tellsItsEnd(answer, expectations.sizeBytes())) {
                    throw exchange.failed(
                            BAD_ANSWER,
                            "the body ended with the connection, and neither length nor checksum tells whether it is whole");
                }
                yield false;
            }
        };
    }

    private long partBytes(long totalBytes) {
        return engine.large().partBytesOf(totalBytes);
    }

    private Failure diskFailure(IOException e) {
        DestinationPath destination = request.destination();
        Failure failure = e instanceof DestinationGoneException
                ? Failure.of(DISK_READ_ONLY, String.valueOf(e.getMessage()))
                : IoFailures.disk(e, destination.directory(), destination.root());
        return exchange.failed(failure.kind(), failure.message()).failure();
    }
}
