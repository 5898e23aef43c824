package io.tallyman.job;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SigningRefusedException;
import io.tallyman.store.CredentialsUnavailableException;
import io.tallyman.store.MissingCredentialsException;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.HostilePathException;
import io.tallyman.transfer.LeaseLostException;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferOutcome;
import io.tallyman.transfer.TransferRequest;
import java.nio.file.Path;
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
    private final Aftermath aftermath;
    private final LeaseGuard leases;
    private final StopSignal stop;
    private final InstantSource clock;

    EntryTask(
            Path root,
            Transfer transfer,
            UrlSource urls,
            Aftermath aftermath,
            LeaseGuard leases,
            StopSignal stop,
            InstantSource clock) {
        this.root = root;
        this.transfer = transfer;
        this.urls = urls;
        this.aftermath = aftermath;
        this.leases = leases;
        this.stop = stop;
        this.clock = clock;
    }

    /** What is to be recorded; an entry that was cut short or lost is given back. Raises the stop signal where it must. */
    Recorded run(Claim claim) {
        try {
            TransferOutcome outcome = transfer.run(
                    new TransferRequest(
                            claim.entryId(),
                            claim.epoch(),
                            DestinationPath.under(root, claim.path()),
                            claim.expectations()),
                    () -> urls.urlOf(claim),
                    leases::holds);
            if (outcome.failure() != null) {
                stopWhereHopeless(claim, outcome.failure());
            }
            return aftermath.of(claim, outcome, clock.instant());
        } catch (InterruptedException | LeaseLostException e) {
            return new Recorded.Released(claim.entryId(), claim.epoch());
        } catch (HostilePathException e) {
            return failed(claim, FailureKind.Local.PATH_REFUSED, e.getMessage());
        } catch (SigningRefusedException e) {
            return failed(claim, FailureKind.Local.SIGNING_REFUSED, e.getMessage());
        } catch (MissingCredentialsException | CredentialsUnavailableException e) {
            return failed(claim, FailureKind.Store.CREDENTIALS_REFUSED, e.getMessage());
        } catch (RuntimeException | Error e) {
            // An error too: an entry that nobody records would be held for as long as this worker lives.
            LOG.errorf(e, "internal error at entry %d", claim.entryId());
            return failed(claim, FailureKind.Local.INTERNAL_ERROR, e.getClass().getName());
        }
    }

    private Recorded failed(Claim claim, FailureKind kind, @Nullable String message) {
        Failure failure = Failure.of(kind, String.valueOf(message));
        stopWhereHopeless(claim, failure);
        return aftermath.failed(claim, new Attempted(clock.instant(), Duration.ZERO, 0, null, null), failure);
    }

    private void stopWhereHopeless(Claim claim, Failure failure) {
        if (!aftermath.stopsWorker(claim, failure)) {
            return;
        }
        boolean first = stop.raise(
                failure.kind() instanceof FailureKind.Local
                        ? Ending.DISK_REFUSED
                        : failure.kind() == FailureKind.Store.WRONG_ENDPOINT
                                ? Ending.WRONG_ENDPOINT
                                : Ending.CREDENTIALS_REFUSED);
        if (first) {
            LOG.errorf("this worker stops: %s", failure.message());
        }
    }
}
