package io.tallyman.job;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.Claims;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Recorder;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import io.tallyman.ledger.WorkerProcess;
import io.tallyman.manifest.Manifest;
import io.tallyman.retry.Backoff;
import io.tallyman.sign.Signer;
import io.tallyman.store.Store;
import io.tallyman.store.Stores;
import io.tallyman.transfer.ApacheObjectClient;
import io.tallyman.transfer.ObjectClient;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Runs a manifest: joins or opens its run, and as one of its workers claims, signs, transfers, verifies and records until nothing is left
 * or something says stop. When it returns, everything it did is durable and everything it held is given back.
 */
@Singleton
public class Runner {
    private static final int PARTITION_DAYS = 2;

    private final DataSource database;
    private final Runs runs;
    private final Reclaim reclaim;
    private final Recorder recorder;
    private final Backlog backlog;
    private final AttemptPartitions partitions;
    private final Stores stores;
    private final RunConfig config;
    private final ShutdownDrain shutdown;
    private final Clock clock;
    private final String version;

    public Runner(
            DataSource database,
            Runs runs,
            Reclaim reclaim,
            Recorder recorder,
            Backlog backlog,
            AttemptPartitions partitions,
            Stores stores,
            RunConfig config,
            ShutdownDrain shutdown,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.database = database;
        this.runs = runs;
        this.reclaim = reclaim;
        this.recorder = recorder;
        this.backlog = backlog;
        this.partitions = partitions;
        this.stores = stores;
        this.config = config;
        this.shutdown = shutdown;
        this.clock = clock;
        this.version = version;
    }

    /**
     * Runs with the store the manifest names.
     *
     * @throws UnknownManifestException where there is no such manifest
     * @throws NoDestinationException where neither the request nor the manifest says where to
     * @throws DestinationRefusedException where the destination cannot be made or written
     * @throws SQLException where the database stayed away for longer than the configured patience
     */
    public RunResult run(RunRequest request, RunProgress progress) throws SQLException, InterruptedException {
        Manifest manifest = QuarkusTransaction.requiringNew()
                .call(() -> Manifest.named(request.manifest()))
                .orElseThrow(() -> new UnknownManifestException(request.manifest()));
        Store store = backlog.needsSigning(manifest.id)
                ? stores.named(manifest.store == null ? Stores.DEFAULT : manifest.store)
                : null;
        return run(manifest, store, request, progress);
    }

    /** The same with a store that is not configured; null where every entry brings its own URL. */
    public RunResult run(Manifest manifest, @Nullable Store store, RunRequest request, RunProgress progress)
            throws SQLException, InterruptedException {
        Path root = destination(manifest, request);
        int parallel = request.parallel() == null ? config.parallel() : request.parallel();
        long startedNanos = System.nanoTime();
        Signer signer = store == null ? null : new Oss4Signer(store);
        TransferSettings settings = new TransferSettings(
                config.connectTimeout(), config.idleTimeout(), parallel, config.bufferBytes(), "tallyman/" + version);
        partitions.ensure(PARTITION_DAYS);
        try (ObjectClient client = new ApacheObjectClient(settings)) {
            Transfer transfer = new Transfer(client, settings, clock);
            UrlSource urls = new UrlSource(signer, config.urlExpires(), clock);
            Stint stint;
            do {
                stint = new Stint(this, manifest.id, root, transfer, urls, parallel, left(request, startedNanos), progress);
                shutdown.whileRunning(stint::stop, stint::work);
            } while (stint.ending() == Ending.WORKER_LOST);
            return stint.result(manifest.name, Duration.ofNanos(System.nanoTime() - startedNanos));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
