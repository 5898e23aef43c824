package io.tallyman.job;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Backoff;
import io.tallyman.retry.Failure;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.TransferOutcome;
import java.time.Duration;
import java.time.Instant;

/** Decides what an attempt means for its entry: landed, tried again (when, and at whose expense), failed, or quarantined. Pure. */
final class Aftermath {
    private final RunConfig config;
    private final Backoff backoff;

    Aftermath(RunConfig config, Backoff backoff) {
        this.config = config;
        this.backoff = backoff;
    }

    /**
     * The recording of an attempt that ended.
     *
     * @param finishedAt when it ended, by the worker's clock
     */
    Recorded of(Claim claim, TransferOutcome outcome, Instant finishedAt) {
        Attempted attempted = new Attempted(
                finishedAt, outcome.duration(), outcome.bytes(), outcome.httpStatus(), outcome.requestId());
        Failure failure = outcome.failure();
        if (failure != null) {
            return failed(claim, attempted, failure);
        }
        if (outcome.sizeBytes() == null || outcome.crc64() == null) {
            throw new IllegalStateException("a file that landed has a size and a CRC-64");
        }
        return new Recorded.Landed(
                claim.entryId(),
                claim.epoch(),
                attempted,
                outcome.verified(),
                outcome.adopted(),
                outcome.sizeBytes(),
                outcome.crc64(),
                outcome.etag());
    }

    /** The recording of an attempt that never came to a request. */
    Recorded failed(Claim claim, Attempted attempted, Failure failure) {
        return switch (policy(claim, failure)) {
            case PERMANENT -> new Recorded.Failed(claim.entryId(), claim.epoch(), attempted, failure);
            case RETRY ->
                claim.attempts() + 1 >= config.maxAttempts()
                        ? new Recorded.Quarantined(claim.entryId(), claim.epoch(), attempted, failure)
                        : again(claim, attempted, failure, delay(claim.attempts() + 1, failure), true);
            case DEFER ->
                claim.deferrals() + 1 >= config.maxDeferrals()
                        ? new Recorded.Quarantined(claim.entryId(), claim.epoch(), attempted, failure)
                        : again(claim, attempted, failure, delay(claim.deferrals() + 1, failure), false);
            // The entry goes back unharmed: neither is it to blame, nor need it wait.
            case SIGN_AGAIN, STOP_WORKER -> again(claim, attempted, failure, Duration.ZERO, false);
        };
    }

    private RetryPolicy policy(Claim claim, Failure failure) {
        if (claim.url() != null) {
            return failure.policyOfForeignUrl();
        }
        RetryPolicy policy = failure.kind().policy();
        return policy == RetryPolicy.SIGN_AGAIN && claim.deferrals() >= config.maxResigns()
                ? RetryPolicy.RETRY
                : policy;
    }

    /** Whether this failure means that the worker would fare no better with the next entry. */
    boolean stopsWorker(Claim claim, Failure failure) {
        return policy(claim, failure) == RetryPolicy.STOP_WORKER;
    }

    private Duration delay(int attempt, Failure failure) {
        return backoff.delay(attempt, failure.retryAfter());
    }

    private static Recorded again(
            Claim claim, Attempted attempted, Failure failure, Duration delay, boolean burnsAttempt) {
        return new Recorded.Retry(claim.entryId(), claim.epoch(), attempted, failure, delay, burnsAttempt);
    }
}
