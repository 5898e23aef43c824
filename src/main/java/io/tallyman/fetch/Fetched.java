package io.tallyman.fetch;

import io.tallyman.retry.Failure;
import io.tallyman.transfer.TransferOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What came of one URL; the fields are those of {@code fetch --json}. Never holds the URL.
 *
 * @param name the file, relative to the destination
 * @param verdict {@code verified}, {@code unverified} or {@code failed}
 * @param sizeBytes null where it failed
 * @param crc64 computed over the file, unsigned decimal; null where it failed
 * @param adopted whether the right file was there already and nothing was downloaded
 * @param receivedBytes body bytes of all its attempts
 * @param attempts how often it was tried by this command
 * @param failureKind null where it did not fail
 * @param message null where it did not fail
 * @param httpStatus of the last answer; null where none came
 * @param requestId the store's id of the last request; null where none came
 */
public record Fetched(
        String name,
        String verdict,
        @Nullable Long sizeBytes,
        @Nullable String crc64,
        boolean adopted,
        long receivedBytes,
        int attempts,
        @Nullable String failureKind,
        @Nullable String message,
        @Nullable Integer httpStatus,
        @Nullable String requestId) {

    private static final String VERIFIED = "verified";
    private static final String UNVERIFIED = "unverified";
    private static final String FAILED = "failed";

    static Fetched landed(String name, TransferOutcome outcome, long receivedBytes, int attempts) {
        return new Fetched(
                name,
                outcome.verified() ? VERIFIED : UNVERIFIED,
                outcome.sizeBytes(),
                outcome.crc64(),
                outcome.adopted(),
                receivedBytes,
                attempts,
                null,
                null,
                outcome.httpStatus(),
                outcome.requestId());
    }

    static Fetched failed(String name, Failure failure, long receivedBytes, int attempts) {
        return new Fetched(
                name,
                FAILED,
                null,
                null,
                false,
                receivedBytes,
                attempts,
                failure.kind().label(),
                failure.message(),
                failure.httpStatus(),
                failure.requestId());
    }

    boolean isVerified() {
        return verdict.equals(VERIFIED);
    }

    boolean isFailed() {
        return verdict.equals(FAILED);
    }

    /** One line for people. */
    public String text() {
        String shown = name.replaceAll("\\p{Cntrl}", "?");
        return isFailed()
                ? shown + ": failed, " + failureKind + ": " + message
                : shown + ": " + verdict + ", " + sizeBytes + " bytes" + (adopted ? ", was there already" : "");
    }
}
