package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Content.SIZE_MISMATCH;
import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;

import io.tallyman.verify.Expectations;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is checked of an answer before and while its body is read, the same for a whole object and for a part. */
final class Answers {
    private Answers() {}

    /** Refuses a whole object that was encoded on the way, or is of another size than expected. */
    static void checkHead(ObjectClient.Answer answer, Expectations expectations, Exchange exchange)
            throws TransferFailedException {
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

    /** Whether what tells the end of the body would notice that it ended early. */
    static boolean tellsItsEnd(ObjectClient.Answer answer, @Nullable Long expectedBytes) {
        return answer.contentLength() >= 0 || answer.chunked() || expectedBytes != null;
    }

    /**
     * Reads as {@link java.io.InputStream#read(byte[], int, int)} does.
     *
     * @throws ShortBodyException where the body ended before its announced length
     */
    static int read(ObjectClient.Answer answer, byte[] buffer, int length, Exchange exchange)
            throws InterruptedException, TransferFailedException, ShortBodyException {
        Exchange.stopIfInterrupted();
        try {
            return answer.body().read(buffer, 0, length);
        } catch (EOFException e) {
            Exchange.stopIfInterrupted();
            throw new ShortBodyException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw exchange.networkFailed(e);
        }
    }

    /** The body ended too early; whoever reads knows what came before. */
    static final class ShortBodyException extends Exception {
        private static final long serialVersionUID = 1L;

        ShortBodyException(String message) {
            super(message, null, false, false);
        }
    }
}
