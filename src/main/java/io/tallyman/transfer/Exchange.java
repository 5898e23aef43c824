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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one lane of an attempt says to the store and hears of it; remembers the newest answer's head and names failures with it. Used
 * by one thread; others may read it afterwards.
 */
final class Exchange {
    private static final Map<String, String> HEADERS = Map.of("Accept-Encoding", "identity");
    private static final Set<Integer> WHOLE = Set.of(200);
    /** And the answers that say that the object is not, or no longer, the one that was asked for. */
    private static final Set<Integer> RANGE = Set.of(206, 200, 412, 416);

    private final ObjectClient client;
    private final Links links;
    private @Nullable Integer status;
    private @Nullable String requestId;
    private @Nullable String etag;
    /** The newest that was asked with. */
    private Links.@Nullable Link used;

    Exchange(ObjectClient client, Links links) {
        this.client = client;
        this.links = links;
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

    /** The whole object, status 200. Asks again with another URL where the first was refused for its time. */
    ObjectClient.Answer whole() throws InterruptedException, TransferFailedException, EndpointBusyException {
        return ask(Map.of(), WHOLE);
    }

    /** A range on conditions: status 206, 200, 412 or 416, each for the caller to judge. */
    ObjectClient.Answer range(Map<String, String> conditions)
            throws InterruptedException, TransferFailedException, EndpointBusyException {
        return ask(conditions, RANGE);
    }

    private ObjectClient.Answer ask(Map<String, String> conditions, Set<Integer> welcome)
            throws InterruptedException, TransferFailedException, EndpointBusyException {
        while (true) {
            ObjectClient.Answer answer = send(conditions);
            if (welcome.contains(answer.status())) {
                return answer;
            }
            try (answer) {
                Links.Link link = Objects.requireNonNull(used);
                Failure failure = refusal(answer, link);
                if (!links.renew(link, failure.kind(), AnswerClassifier.storeTime(answer::header))) {
                    throw new TransferFailedException(failure);
                }
            }
        }
    }

    private ObjectClient.Answer send(Map<String, String> conditions)
            throws InterruptedException, TransferFailedException, EndpointBusyException {
        try {
            Map<String, String> headers = HEADERS;
            if (!conditions.isEmpty()) {
                headers = new HashMap<>(HEADERS);
                headers.putAll(conditions);
            }
            ObjectClient.Answer answer = client.get(this::freshUrl, headers);
            status = answer.status();
            requestId = answer.header("x-oss-request-id");
            etag = answer.header("ETag");
            return answer;
        } catch (EndpointBusyException e) {
            throw e;
        } catch (UnusableUrlException e) {
            throw failed(SIGNING_REFUSED, String.valueOf(e.getMessage()));
        } catch (AddressRefusedException e) {
            throw failed(ADDRESS_REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw networkFailed(e);
        }
    }

    private SignedUrl freshUrl() throws TransferFailedException {
        Links.Link link = links.current();
        used = link;
        return link.url();
    }

    /** What an answer says that is not the object. */
    private Failure refusal(ObjectClient.Answer answer, Links.Link link) throws InterruptedException {
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
        return new AnswerClassifier(links.clockOf(link))
                .classify(answer.status(), error, answer::header, link.url().expiresAt());
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
