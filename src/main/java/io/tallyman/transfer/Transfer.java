package io.tallyman.transfer;

import io.tallyman.sign.StoreClock;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Brings one object ashore: one GET, or a few for a large one, one pass over the bytes, one verdict, one rename. Blocking, meant for a virtual thread, and
 * interruptible at any point. Thread-safe; one instance serves all transfers of a worker and shares its buffers among them.
 *
 * <p>Where the outcome has no failure, the file is durable under its final name, and was visible there at no moment before it was
 * proven whole. Where it has one, nothing of the attempt is visible and a file that stood there before is untouched; only where
 * forcing the directory failed after the rename the whole file may be visible already, and the next attempt adopts it.
 */
public final class Transfer implements Closeable {
    private final Engine engine;

    /** What all transfers of a worker share. */
    record Engine(
            ObjectClient client,
            BufferPool buffers,
            Connections connections,
            Directories directories,
            Commits commits,
            Room room,
            boolean durable,
            LargeObjects large,
            StoreClock clock,
            LongConsumer onReceived,
            Consumer<Kept> onKept) {}

    public Transfer(ObjectClient client, TransferSettings settings, InstantSource clock) {
        this(client, settings, new StoreClock(clock), bytes -> {}, kept -> {});
    }

    /**
     * The same, telling others.
     *
     * @param clock set right by answers that refuse a URL for its time; sign with it
     * @param onReceived told of body bytes as they come; it is called by many threads and must not block
     * @param onKept told of what is kept of an object that has not landed, by a thread that no transfer waits for but at its end
     */
    public Transfer(
            ObjectClient client,
            TransferSettings settings,
            StoreClock clock,
            LongConsumer onReceived,
            Consumer<Kept> onKept) {
        this(client, settings, clock, onReceived, onKept, new Directories(), new Commits(settings.durability()));
    }

    /** The same on a disk of the caller's. */
    Transfer(
            ObjectClient client,
            TransferSettings settings,
            StoreClock clock,
            LongConsumer onReceived,
            Consumer<Kept> onKept,
            Directories directories,
            Commits commits) {
        this.engine = new Engine(
                client,
                new BufferPool(settings.maxConnections(), settings.bufferBytes()),
                new Connections(settings.maxConnections()),
                directories,
                commits,
                new Room(settings.minFreeBytes()),
                settings.durability() != Durability.NONE,
                settings.large(),
                clock,
                onReceived,
                onKept);
    }

    /**
     * One attempt. A file that is already there with the right bytes is adopted and nothing is downloaded; otherwise the object is
     * fetched, from where an earlier lease's attempt was cut if its bytes are still there, and part files of earlier leases are
     * removed. A URL that has expired is not sent; one that the store refuses for its time is signed again, once without a byte in
     * between. An object below {@link LargeObjects#thresholdBytes()} is one GET, which is not retried; in a larger one what
     * breaks is asked for again as long as the bytes that come in between are worth their requests.
     *
     * <p>Of an object of 1 MiB or more what has come when the network breaks, the thread is interrupted or the process dies is kept
     * beside the final file for the attempt of a later lease, where the store gives a strong ETag and a length.
     *
     * @param urls asked right before a request; what it throws is passed on
     * @param lease asked right before the rename; what is kept goes where it is lost
     * @throws InterruptedException the thread was interrupted: the connections are cut and nothing but what is kept is left
     * @throws LeaseLostException the lease was lost before the rename: nothing is left; or it stayed unknown: nothing but what is kept is
     * @throws EndpointBusyException the endpoint takes nothing for longer than is worth waiting for: nothing but what is kept is left, and
     *     it is as if there had been no attempt
     */
    public TransferOutcome run(TransferRequest request, UrlSupply urls, Lease lease)
            throws InterruptedException, LeaseLostException, EndpointBusyException {
        return run(request, urls, lease, () -> {});
    }

    /**
     * The same, saying when the connection is free again.
     *
     * @param onProven called by the same thread, at most once, when all bytes have come and proved right: what is left is to make
     *     them durable, which may mean to wait for others' (see {@link Durability#GROUP})
     */
    public TransferOutcome run(TransferRequest request, UrlSupply urls, Lease lease, Runnable onProven)
            throws InterruptedException, LeaseLostException, EndpointBusyException {
        // The entry is the object; that its bytes are still the same the ETag tells.
        String source = "entry " + request.entryId();
        return attempt(
                request,
                urls,
                lease,
                onProven,
                new Landing(
                        engine.directories(),
                        engine.commits(),
                        request,
                        source,
                        false,
                        engine.durable(),
                        engine.onKept()));
    }

    /**
     * As {@link #run}, and what has come is kept at any size, and for the next such attempt under the same entry and epoch. A second
     * process that tries at the same time fails, where the file system has locks.
     *
     * @param source what the bytes come from, the same text for the same object and never a secret; kept bytes of another source are
     *     not used
     */
    public TransferOutcome resume(TransferRequest request, String source, UrlSupply urls, Lease lease)
            throws InterruptedException, LeaseLostException, EndpointBusyException {
        return attempt(
                request,
                urls,
                lease,
                () -> {},
                new Landing(
                        engine.directories(),
                        engine.commits(),
                        request,
                        source,
                        true,
                        engine.durable(),
                        engine.onKept()));
    }

    private TransferOutcome attempt(
            TransferRequest request, UrlSupply urls, Lease lease, Runnable onProven, Landing landing)
            throws InterruptedException, LeaseLostException, EndpointBusyException {
        try (Connections.Held connection = engine.connections().first();
                BufferPool.Loan buffer = engine.buffers().take()) {
            Runnable afterLastByte = () -> {
                // Those that wait for the disk are many, and need none.
                buffer.returnEarly();
                connection.returnEarly();
                onProven.run();
            };
            return new Attempt(engine, request, urls, lease, afterLastByte, buffer.bytes()).run(landing);
        }
    }

    /** Lets go of the directories it held open; after the last transfer. */
    @Override
    public void close() throws IOException {
        engine.commits().close();
        engine.directories().close();
    }
}
