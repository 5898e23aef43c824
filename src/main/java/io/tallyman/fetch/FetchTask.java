package io.tallyman.fetch;

import io.tallyman.job.RunConfig;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.retry.Backoff;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.EndpointBusyException;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.HostilePathException;
import io.tallyman.transfer.LeaseLostException;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferOutcome;
import io.tallyman.transfer.TransferRequest;
import io.tallyman.transfer.UrlSupply;
import io.tallyman.verify.Crc64;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jboss.logging.Logger;

/** One URL, from first attempt to verdict, waits between attempts included. Blocking, for a virtual thread; interruptible. */
final class FetchTask {
    private static final Logger LOG = Logger.getLogger(FetchTask.class);
    /** There is no lease: the part file of a path is always the same, and its lock keeps two processes apart. */
    private static final long ONLY_EPOCH = 1;

    private final Path root;
    private final Transfer transfer;
    private final Gates gates;
    private final FetchHeaders headers;
    private final RunConfig config;
    private final Backoff backoff;
    private final FetchProgress progress;

    FetchTask(
            Path root,
            Transfer transfer,
            Gates gates,
            FetchHeaders headers,
            RunConfig config,
            Backoff backoff,
            FetchProgress progress) {
        this.root = root;
        this.transfer = transfer;
        this.gates = gates;
        this.headers = headers;
        this.config = config;
        this.backoff = backoff;
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param onHopeless run where no other URL would fare better: the disk is full or not ours to write
     */
    Fetched run(ManifestRow row, Runnable onHopeless) throws InterruptedException {
        String url = Objects.requireNonNull(row.url(), "rows without a URL were refused");
        SignedUrl signed = SignedUrl.byOthers(url, headers.with(row.headers()));
        long receivedBytes = 0;
        int used = 0;
        int deferrals = 0;
        while (true) {
            int attempts = used + deferrals + 1;
            Failure failure;
            // Before what is kept is looked at, which may take longer than the wait.
            for (Duration away = gates.of(url).away();
                    !away.isZero();
                    away = gates.of(url).away()) {
                Thread.sleep(away);
            }
            try {
                TransferOutcome outcome = transfer.resume(request(row), row.key(), UrlSupply.given(signed), () -> true);
                receivedBytes += outcome.bytes();
                if (outcome.failure() == null) {
                    return Fetched.landed(row.path(), outcome, receivedBytes, attempts);
                }
                failure = outcome.failure();
            } catch (HostilePathException e) {
                failure = Failure.of(FailureKind.Local.PATH_REFUSED, String.valueOf(e.getMessage()));
            } catch (EndpointBusyException e) {
                Thread.sleep(e.away());
                continue;
            } catch (LeaseLostException e) {
                throw new IllegalStateException("a lease was lost where there is none", e);
            }
            Duration wait;
            switch (failure.policyOfForeignUrl()) {
                case RETRY -> wait = ++used < config.maxAttempts() ? backoff.delay(used, failure.retryAfter()) : null;
                case DEFER ->
                    wait = failure.kind() != FailureKind.Local.NO_ROOM && ++deferrals < config.maxDeferrals()
                            ? backoff.delay(deferrals, failure.retryAfter())
                            : null;
                case STOP_WORKER -> {
                    onHopeless.run();
                    wait = null;
                }
                default -> wait = null;
            }
            if (wait == null) {
                return Fetched.failed(row.path(), failure, receivedBytes, attempts);
            }
            LOG.debugf("%s: %s; again in %s", row.path(), failure.message(), wait);
            progress.retried();
            Thread.sleep(wait);
        }
    }

    private TransferRequest request(ManifestRow row) {
        DestinationPath destination = DestinationPath.under(root, row.path());
        return new TransferRequest(partNumber(destination), ONLY_EPOCH, destination, row.expectations());
    }

    /** The same for the same file name in every process, so that the next finds what this one leaves. */
    private static long partNumber(DestinationPath destination) {
        byte[] name = String.valueOf(destination.file().getFileName()).getBytes(StandardCharsets.UTF_8);
        Crc64 number = new Crc64();
        number.update(name, 0, name.length);
        return number.value() >>> 1;
    }
}
