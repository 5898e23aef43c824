package io.tallyman.job;

import static io.tallyman.retry.FailureKind.Network.TLS_REFUSED;
import static io.tallyman.retry.FailureKind.Store.CLOCK_SKEW;
import static io.tallyman.retry.FailureKind.Store.NOT_FOUND;
import static io.tallyman.retry.FailureKind.Store.SIGNATURE_REFUSED;

import io.tallyman.ledger.Claim;
import io.tallyman.retry.Failure;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.transfer.TransferOutcome;
import java.util.Set;

/**
 * What follows from a failure for one entry: the policy of its kind, seen in the light of who signed the URL, how often it was signed
 * again, and whether the store has accepted anything from this worker yet. One per worker; threads: any.
 */
final class EntryPolicies {
    private static final Set<Integer> OK = Set.of(200, 206);
    /** An attempt corrects our clock by the store's and asks again; it fails only where that did not help. */
    private static final int TELLING_CLOCKS = 1;

    private final int maxResigns;
    private final Acceptance signatures = new Acceptance();
    private final Acceptance certificates = new Acceptance();
    private final Acceptance clocks = new Acceptance(TELLING_CLOCKS);

    /** An entry's URL is signed again at no expense up to {@code maxResigns} times. */
    EntryPolicies(int maxResigns) {
        this.maxResigns = maxResigns;
    }

    /** Told what each attempt came to, before {@link #of} is asked about its failure. */
    void observe(Claim claim, TransferOutcome outcome) {
        if (outcome.httpStatus() == null || isSignedByOthers(claim)) {
            return;
        }
        certificates.accepted();
        Failure failure = outcome.failure();
        // The store looks for the object only after the signature was found right.
        if (OK.contains(outcome.httpStatus()) || (failure != null && failure.kind() == NOT_FOUND)) {
            signatures.accepted();
            clocks.accepted();
        }
    }

    /** The policy for this failure; each call counts as one failure. */
    RetryPolicy of(Claim claim, Failure failure) {
        RetryPolicy policy = failure.kind().policy();
        if (isSignedByOthers(claim)) {
            return failure.policyOfForeignUrl();
        }
        if (failure.kind() == SIGNATURE_REFUSED) {
            return blaming(signatures.refused());
        }
        if (failure.kind() == TLS_REFUSED) {
            return blaming(certificates.refused());
        }
        if (failure.kind() == CLOCK_SKEW) {
            Acceptance.Blame blame = clocks.refused();
            if (blame != Acceptance.Blame.ENTRY) {
                return blaming(blame);
            }
        }
        return policy == RetryPolicy.SIGN_AGAIN && claim.deferrals() >= maxResigns ? RetryPolicy.RETRY : policy;
    }

    private static RetryPolicy blaming(Acceptance.Blame blame) {
        return switch (blame) {
            case ENTRY -> RetryPolicy.PERMANENT;
            case UNCLEAR -> RetryPolicy.DEFER;
            case EVERYTHING -> RetryPolicy.STOP_WORKER;
        };
    }

    private static boolean isSignedByOthers(Claim claim) {
        return claim.url() != null;
    }
}
