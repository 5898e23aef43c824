package io.tallyman.transfer;

import io.tallyman.retry.AnswerClassifier;
import io.tallyman.sign.SignedUrl;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Brings one object ashore: one GET, one pass over the bytes, one verdict, one rename. Blocking, meant for a virtual thread, and
 * interruptible at any point. Thread-safe; one instance serves all transfers of a worker and shares its buffers among them.
 *
 * <p>Where the outcome has no failure, the file is durable under its final name, and was visible there at no moment before it was
 * proven whole. Where it has one, nothing of the attempt is left and a file that stood there before is untouched; only where
 * forcing the directory failed after the rename the whole file may be visible already, and the next attempt adopts it.
 */
public final class Transfer {
    private final ObjectClient client;
    private final BufferPool buffers;
    private final AnswerClassifier classifier;

    public Transfer(ObjectClient client, TransferSettings settings, InstantSource clock) {
        this.client = client;
        this.buffers = new BufferPool(settings.maxConnections(), settings.bufferBytes());
        this.classifier = new AnswerClassifier(clock);
    }

    /**
     * One attempt. A file that is already there with the right bytes is adopted and nothing is downloaded; otherwise part files of
     * earlier leases are removed and the object is fetched. Never retries.
     *
     * @param signer called at most once, right before the request; what it throws is passed on, and nothing has been written then
     * @param stillHeld asked right before the rename: whether the lease is still ours as far as this process can tell
     * @throws InterruptedException the thread was interrupted: the connection is cut and nothing is left
     * @throws LeaseLostException {@code stillHeld} said no: nothing is left
     */
    public TransferOutcome run(TransferRequest request, Supplier<SignedUrl> signer, BooleanSupplier stillHeld)
            throws InterruptedException, LeaseLostException {
        byte[] buffer = buffers.take();
        try {
            return new Attempt(client, classifier, request, buffer).run(signer, stillHeld);
        } finally {
            buffers.give(buffer);
        }
    }
}
