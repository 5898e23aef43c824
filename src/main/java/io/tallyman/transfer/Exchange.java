package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Local.SIGNING_REFUSED;
import static io.tallyman.retry.FailureKind.Network.ADDRESS_REFUSED;

import io.tallyman.retry.AnswerClassifier;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.IoFailures;
import io.tallyman.retry.OssError;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one attempt says to the store and hears of it; remembers the newest answer's head and names failures with it. */
final class Exchange {
    private static final Map<String, String> HEADERS = Map.of("Accept-Encoding", "identity");

    private final ObjectClient client;
    private final AnswerClassifier classifier;
    private @Nullable Integer status;
    private @Nullable String requestId;
    private @Nullable String etag;

    Exchange(ObjectClient client, AnswerClassifier classifier) {
        this.client = client;
        this.classifier = classifier;
    }

    @Nullable
    Integer status() {
        return status;
    }

    @Nullable
    String requestId() {
        return requestId;
    }

    @Nullable
    String etag() {
        return etag;
    }

    /** Sends one request; the conditions are further headers. */
    ObjectClient.Answer ask(SignedUrl url, Map<String, String> conditions)
            throws InterruptedException, TransferFailedException {
        try {
            Map<String, String> headers = new HashMap<>(HEADERS);
            headers.putAll(conditions);
            ObjectClient.Answer answer = client.get(url, headers);
            status = answer.status();
            requestId = answer.header("x-oss-request-id");
            etag = answer.header("ETag");
            return answer;
        } catch (UnusableUrlException e) {
            throw failed(SIGNING_REFUSED, String.valueOf(e.getMessage()));
        } catch (AddressRefusedException e) {
            throw failed(ADDRESS_REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw networkFailed(e);
        }
    }

    /** What an answer says that is not the object. */
    TransferFailedException refused(ObjectClient.Answer answer, SignedUrl url) throws InterruptedException {
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

    TransferFailedException networkFailed(IOException e) throws InterruptedException {
        stopIfInterrupted();
        Failure failure = IoFailures.network(e);
        return failed(failure.kind(), failure.message());
    }

    /** An interrupt breaks sockets and channels; the exception it causes there says nothing of the store or the disk. */
    static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the transfer was interrupted");
        }
    }

    TransferFailedException failed(FailureKind kind, String message) {
        return new TransferFailedException(new Failure(kind, message, status, null, requestId, null));
    }
}
