package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Network.OVERLONG_BODY;
import static io.tallyman.retry.FailureKind.Network.SHORT_BODY;

import io.tallyman.verify.Digests;
import io.tallyman.verify.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One object in one stream, on the caller's thread: every checksum is computed as the bytes pass. Where the landing keeps anything,
 * what has come is recorded once a second and when the stream breaks.
 */
final class WholeStream {
    private static final long RECORD_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final ObjectClient.Answer answer;
    private final Exchange exchange;
    private final Landing landing;
    private final byte[] buffer;
    private final LongConsumer onReceived;
    private final Digests digests;
    private long recordedNanos = System.nanoTime();

    /**
     * A stream from the object's first byte on.
     *
     * @param onReceived told of every byte that came
     */
    WholeStream(
            ObjectClient.Answer answer,
            Exchange exchange,
            Landing landing,
            Digests digests,
            byte[] buffer,
            LongConsumer onReceived) {
        this.answer = answer;
        this.exchange = exchange;
        this.landing = landing;
        this.digests = digests;
        this.buffer = buffer;
        this.onReceived = onReceived;
    }

    /**
     * Returns when the last byte is in the file.
     *
     * @param expected the size where the manifest tells it
     * @throws IOException of the disk
     */
    Measurement receive(@Nullable Long expected) throws IOException, InterruptedException, TransferFailedException {
        long limit =
                answer.contentLength() >= 0 ? answer.contentLength() : expected != null ? expected : Long.MAX_VALUE;
        for (int count = read(); count >= 0; count = read()) {
            if (count > limit - digests.sizeBytes()) {
                onReceived.accept(count);
                landing.discard();
                throw exchange.failed(OVERLONG_BODY, "more than the " + limit + " bytes came; cut there");
            }
            digests.update(buffer, 0, count);
            landing.write(buffer, count);
            onReceived.accept(count);
            if (System.nanoTime() - recordedNanos >= RECORD_INTERVAL_NANOS) {
                keepSoFar();
            }
        }
        if (limit != Long.MAX_VALUE && digests.sizeBytes() < limit) {
            keepSoFar();
            throw exchange.failed(
                    SHORT_BODY, "the body ended after " + digests.sizeBytes() + " of " + limit + " bytes");
        }
        return digests.finish();
    }

    private int read() throws IOException, InterruptedException, TransferFailedException {
        try {
            return Answers.read(answer, buffer, buffer.length, exchange);
        } catch (Answers.ShortBodyException e) {
            keepSoFar();
            throw exchange.failed(SHORT_BODY, "after " + digests.sizeBytes() + " bytes " + e.getMessage());
        } catch (InterruptedException | TransferFailedException e) {
            keepSoFar();
            throw e;
        }
    }

    private void keepSoFar() throws IOException {
        if (digests.sizeBytes() > 0) {
            landing.keep(List.of(new KeptPiece(0, digests.sizeBytes(), digests.crc64SoFar())));
            secure();
        }
        recordedNanos = System.nanoTime();
    }

    private void secure() throws IOException {
        try {
            landing.secure();
        } catch (IOException e) {
            // Not known to be on disk, whatever interrupts us now.
            landing.discard();
            throw e;
        }
    }
}
