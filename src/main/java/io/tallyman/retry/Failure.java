package io.tallyman.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One failed attempt, ready to be recorded.
 *
 * @param message one line for people; never holds a URL's query, a token or a signature
 * @param httpStatus the answer's status, null where there was no answer
 * @param errorCode the store's own error code ({@code NoSuchKey}, {@code AccessDenied} ...), null where there was none
 * @param requestId the store's request id, null where there was none
 * @param retryAfter how long the store asked us to wait, null where it did not
 */
public record Failure(
        FailureKind kind,
        String message,
        @Nullable Integer httpStatus,
        @Nullable String errorCode,
        @Nullable String requestId,
        @Nullable Duration retryAfter) {

    /**
     * What follows where the URL was signed by somebody else: there is nothing to sign again, and what one URL's owner did wrong says
     * nothing of the next URL.
     */
    public RetryPolicy policyOfForeignUrl() {
        RetryPolicy policy = kind.policy();
        return switch (policy) {
            case SIGN_AGAIN -> RetryPolicy.PERMANENT;
            case STOP_WORKER -> kind instanceof FailureKind.Local ? policy : RetryPolicy.PERMANENT;
            case RETRY, DEFER, PERMANENT -> policy;
        };
    }

    public static Failure of(FailureKind kind, String message) {
        return new Failure(kind, message, null, null, null, null);
    }
}
