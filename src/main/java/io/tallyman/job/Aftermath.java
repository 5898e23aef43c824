package io.tallyman.job;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Backoff;
import io.tallyman.retry.Failure;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.TransferOutcome;
import java.time.Duration;

/** Decides what an attempt means for its entry: landed, tried again (when, and at whose expense), failed, or quarantined. Pure. */
final class Aftermath {
    private final int maxAttempts;
    private final int maxDeferrals;
    private final Backoff backoff;

    Aftermath(int maxAttempts, int maxDeferrals, Backoff backoff) {
        this.maxAttempts = maxAttempts;
        this.maxDeferrals = maxDeferrals;
        this.backoff = backoff;
    }

    /** The recording of an attempt whose file stands. */
    Recorded landed(Claim claim, Attempted attempted, TransferOutcome outcome) {
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

    /** The recording of an attempt that failed, by the policy that holds for it. */
    Recorded failed(Claim claim, Attempted attempted, Failure failure, RetryPolicy policy) {
        return switch (policy) {
            case PERMANENT -> new Recorded.Failed(claim.entryId(), claim.epoch(), attempted, failure);
            case RETRY ->
                claim.attempts() + 1 >= maxAttempts
                        ? new Recorded.Quarantined(claim.entryId(), claim.epoch(), attempted, failure)
                        : again(claim, attempted, failure, delay(claim.attempts() + 1, failure), true);
            case DEFER ->
                claim.deferrals() + 1 >= maxDeferrals
                        ? new Recorded.Quarantined(claim.entryId(), claim.epoch(), attempted, failure)
                        : again(claim, attempted, failure, delay(claim.deferrals() + 1, failure), false);
            // The entry goes back unharmed: neither is it to blame, nor need it wait.
            case SIGN_AGAIN, STOP_WORKER -> again(claim, attempted, failure, Duration.ZERO, false);
        };
    }

    private Duration delay(int attempt, Failure failure) {
        return backoff.delay(attempt, failure.retryAfter());
    }

    private static Recorded again(
            Claim claim, Attempted attempted, Failure failure, Duration delay, boolean burnsAttempt) {
        return new Recorded.Retry(claim.entryId(), claim.epoch(), attempted, failure, delay, burnsAttempt);
    }
}
