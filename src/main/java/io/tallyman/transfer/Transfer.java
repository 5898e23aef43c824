package io.tallyman.transfer;

import io.tallyman.retry.AnswerClassifier;
import io.tallyman.sign.SignedUrl;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one object ashore: one GET, one pass over the bytes, one verdict, one rename. Blocking, meant for a virtual thread, and
 * interruptible at any point. Thread-safe; one instance serves all transfers of a worker and shares its buffers among them.
 *
 * <p>Where the outcome has no failure, the file is durable under its final name, and was visible there at no moment before it was
 * proven whole. Where it has one, nothing of the attempt is left and a file that stood there before is untouched; only where
 * forcing the directory failed after the rename the whole file may be visible already, and the next attempt adopts it.
 */
public final class Transfer implements Closeable {
    private final ObjectClient client;
    private final BufferPool buffers;
    private final AnswerClassifier classifier;
    private final Directories directories = new Directories();
    private final Commits commits;
    private final InstantSource clock;
    private final LongConsumer onReceived;

    public Transfer(ObjectClient client, TransferSettings settings, InstantSource clock) {
        this(client, settings, clock, bytes -> {});
    }

    /** The same, telling {@code onReceived} of body bytes as they come; it is called by many threads and must not block. */
    public Transfer(ObjectClient client, TransferSettings settings, InstantSource clock, LongConsumer onReceived) {
        this.client = client;
        this.buffers = new BufferPool(settings.maxConnections(), settings.bufferBytes());
        this.classifier = new AnswerClassifier(clock);
        this.commits = new Commits(settings.durability());
        this.clock = clock;
        this.onReceived = onReceived;
    }

    /**
     * One attempt. A file that is already there with the right bytes is adopted and nothing is downloaded; otherwise part files of
     * earlier leases are removed and the object is fetched. A URL that has expired is not sent. Never retries.
     *
     * @param signer called at most once, right before the request; what it throws is passed on, and nothing has been written then
     * @param stillHeld asked right before the rename: whether the lease is still ours as far as this process can tell
     * @throws InterruptedException the thread was interrupted: the connection is cut and nothing is left
     * @throws LeaseLostException {@code stillHeld} said no: nothing is left
     */
    public TransferOutcome run(TransferRequest request, Supplier<SignedUrl> signer, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException {
        return run(request, signer, stillHeld, () -> {});
    }

    /**
     * The same, saying when the connection is free again.
     *
     * @param onProven called by the same thread, at most once, when all bytes have come and proved right: what is left is to make
     *     them durable, which may mean to wait for others' (see {@link Durability#GROUP})
     */
    public TransferOutcome run(
            TransferRequest request, Supplier<SignedUrl> signer, BooleanSupplier stillHeld, Runnable onProven)
            throws InterruptedException, LeaseLostException {
        return attempt(request, signer, stillHeld, onProven, null);
    }

    /**
     * As {@link #run}, and what has come when the network breaks, the thread is interrupted or the process dies is kept for the next
     * such attempt under the same entry and epoch, where the store gives a strong ETag and a length. That one hashes the kept bytes
     * again before it trusts them and asks for the rest on condition that the object is the same ({@code Range} and {@code If-Match},
     * RFC 9110); where it is not, or the store answers with the whole object, it starts over. A second process that tries at the
     * same time fails, where the file system has locks.
     *
     * @param source what the bytes come from, the same text for the same object and never a secret; kept bytes of another source are
     *     not used
     */
    public TransferOutcome resume(
            TransferRequest request, String source, Supplier<SignedUrl> signer, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException {
        return attempt(request, signer, stillHeld, () -> {}, source);
    }

    private TransferOutcome attempt(
            TransferRequest request,
            Supplier<SignedUrl> signer,
            BooleanSupplier stillHeld,
            Runnable onProven,
            @Nullable String source)
            throws InterruptedException, LeaseLostException {
        try (BufferPool.Loan buffer = buffers.take()) {
            Runnable afterLastByte = () -> {
                // Those that wait for the disk are many, and need none.
                buffer.returnEarly();
                onProven.run();
            };
            return new Attempt(
                            new Exchange(client, classifier),
                            clock,
                            onReceived,
                            request,
                            buffer.bytes(),
                            directories,
                            commits,
                            afterLastByte)
                    .run(signer, stillHeld, source);
        }
    }

    /** Lets go of the directories it held open; after the last transfer. */
    @Override
    public void close() throws IOException {
        directories.close();
    }
}
