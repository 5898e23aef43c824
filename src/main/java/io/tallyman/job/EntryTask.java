package io.tallyman.job;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.RetryPolicy;
import io.tallyman.sign.SigningRefusedException;
import io.tallyman.store.CredentialsUnavailableException;
import io.tallyman.store.MissingCredentialsException;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.EndpointBusyException;
import io.tallyman.transfer.HostilePathException;
import io.tallyman.transfer.LargeObjects;
import io.tallyman.transfer.LeaseLostException;
import io.tallyman.transfer.Leftovers;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferOutcome;
import io.tallyman.transfer.TransferRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One attempt at one claimed entry, from path to recording. Blocking, for a virtual thread; interruptible. Threads: any. */
final class EntryTask {
    private static final Logger LOG = Logger.getLogger(EntryTask.class);

    private final Path root;
    private final Transfer transfer;
    private final UrlSource urls;
    private final EntryPolicies policies;
    private final Aftermath aftermath;
    private final LeaseGuard leases;
    private final Pressure pressure;
    private final KeptParts keptParts;
    private final StopSignal stop;
    private final InstantSource clock;

    EntryTask(
            Path root,
            Transfer transfer,
            UrlSource urls,
            EntryPolicies policies,
            Aftermath aftermath,
            LeaseGuard leases,
            Pressure pressure,
            KeptParts keptParts,
            StopSignal stop,
            InstantSource clock) {
        this.root = root;
        this.transfer = transfer;
        this.urls = urls;
        this.policies = policies;
        this.aftermath = aftermath;
        this.leases = leases;
        this.pressure = pressure;
        this.keptParts = keptParts;
        this.stop = stop;
        this.clock = clock;
    }

    /** What is to be recorded ({@code onProven} as in {@link Transfer#run}); an entry that was cut short, lost or could not begin is given back. Raises the stop signal where it must. */
    Recorded run(Claim claim, Runnable onProven) {
        try {
            return attempt(claim, onProven);
        } catch (RuntimeException | Error e) {
            // An error too: an entry that nobody records would be held for as long as this worker lives. What threw
            // may be anything, so nothing is asked any more.
            LOG.errorf(e, "internal error at entry %d", claim.entryId());
            FailureKind kind = FailureKind.Local.INTERNAL_ERROR;
            Failure failure = Failure.of(kind, e.getClass().getName());
            return aftermath.failed(claim, withoutRequest(), failure, kind.policy());
        }
    }

    private Recorded attempt(Claim claim, Runnable onProven) {
        try {
            TransferOutcome outcome = transfer.run(
                    new TransferRequest(
                            claim.entryId(),
                            claim.epoch(),
                            DestinationPath.under(root, claim.path()),
                            claim.expectations()),
                    urls.of(claim),
                    leases,
                    onProven);
            policies.observe(claim, outcome);
            urls.observe(outcome.bytes(), outcome.duration());
            Attempted attempted = new Attempted(
                    clock.instant(), outcome.duration(), outcome.bytes(), outcome.httpStatus(), outcome.requestId());
            return outcome.failure() == null
                    ? landed(claim, attempted, outcome)
                    : failed(claim, attempted, outcome.failure());
        } catch (InterruptedException | LeaseLostException e) {
            return new Recorded.Released(claim.entryId(), claim.epoch());
        } catch (EndpointBusyException e) {
            return new Recorded.Released(claim.entryId(), claim.epoch(), e.away());
        } catch (HostilePathException e) {
            return failed(claim, FailureKind.Local.PATH_REFUSED, e.getMessage());
        } catch (SigningRefusedException e) {
            return failed(claim, FailureKind.Local.SIGNING_REFUSED, e.getMessage());
        } catch (MissingCredentialsException | CredentialsUnavailableException e) {
            return failed(claim, FailureKind.Store.CREDENTIALS_REFUSED, e.getMessage());
        }
    }

    /** An attempt that never came to a request. */
    private Recorded failed(Claim claim, FailureKind kind, @Nullable String message) {
        return failed(claim, withoutRequest(), Failure.of(kind, String.valueOf(message)));
    }

    private Attempted withoutRequest() {
        return new Attempted(clock.instant(), Duration.ZERO, 0, null, null);
    }

    private Recorded failed(Claim claim, Attempted attempted, Failure failure) {
        RetryPolicy policy = policies.of(claim, failure);
        boolean passing = pressure.waitsFor(failure);
        if (policy == RetryPolicy.STOP_WORKER && !passing && stop.raise(ending(failure.kind()))) {
            LOG.errorf("this worker stops: %s%s", failure.message(), advice(failure.kind()));
        }
        // What passes is waited for by the worker, but not for ever by one entry that may itself be what fills the
        // disk.
        Recorded recorded = aftermath.failed(claim, attempted, failure, passing ? RetryPolicy.DEFER : policy);
        if (!(recorded instanceof Recorded.Retry)) {
            removeLeftovers(claim);
        }
        return pressure.spread(claim, policy, recorded);
    }

    private Recorded landed(Claim claim, Attempted attempted, TransferOutcome outcome) {
        pressure.landed(claim);
        if (claim.epoch() > 1) {
            // An earlier worker may have kept something where this one could not see it.
            forgetKept(claim);
        }
        return aftermath.landed(claim, attempted, outcome);
    }

    /** Nobody will go on with what is kept of an entry that is final. */
    private void removeLeftovers(Claim claim) {
        forgetKept(claim);
        try {
            Leftovers.remove(DestinationPath.under(root, claim.path()), claim.entryId(), claim.epoch());
        } catch (IOException | HostilePathException e) {
            LOG.debugf("a part file of entry %d may be left: %s", claim.entryId(), e.getMessage());
        }
    }

    private void forgetKept(Claim claim) {
        Long size = claim.expectations().sizeBytes();
        if (size != null && size < LargeObjects.KEPT_FROM_BYTES) {
            return;
        }
        try {
            keptParts.forget(claim.entryId(), claim.epoch());
        } catch (SQLException e) {
            LOG.debugf("what was kept of entry %d stays listed: %s", claim.entryId(), e.getMessage());
        }
    }

    private static Ending ending(FailureKind kind) {
        return switch (kind) {
            case FailureKind.Local disk -> Ending.DISK_REFUSED;
            case FailureKind.Network tls -> Ending.WRONG_ENDPOINT;
            case FailureKind.Store store when store == FailureKind.Store.WRONG_ENDPOINT -> Ending.WRONG_ENDPOINT;
            case FailureKind.Store credentials -> Ending.CREDENTIALS_REFUSED;
            case FailureKind.Content content ->
                throw new IllegalStateException(content.label() + " never stops a worker");
        };
    }

    private static String advice(FailureKind kind) {
        if (kind == FailureKind.Store.SIGNATURE_REFUSED) {
            return "; every signature so far was refused: is the access key secret right?";
        }
        if (kind == FailureKind.Store.CLOCK_SKEW) {
            return "; set this machine's clock";
        }
        if (kind == FailureKind.Network.TLS_REFUSED) {
            return "; no connection so far was trusted: is the endpoint right, and its certificate known to Java?";
        }
        return "";
    }
}
