package io.tallyman.job;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.Claims;
import io.tallyman.ledger.Events;
import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Recorder;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.StoreShares;
import io.tallyman.ledger.Worker;
import io.tallyman.ledger.WorkerProcess;
import io.tallyman.manifest.Manifest;
import io.tallyman.retry.Backoff;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.StoreClock;
import io.tallyman.store.Store;
import io.tallyman.store.Stores;
import io.tallyman.transfer.Durability;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.ObjectClient;
import io.tallyman.transfer.PacedClient;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a manifest: joins or opens its run, and as one of its workers claims, signs, transfers, verifies and records until nothing is left
 * or something says stop. When it returns, everything it did is durable and everything it held is given back.
 */
@Singleton
public class Runner {
    private static final Logger LOG = Logger.getLogger(Runner.class);
    /** Today's and tomorrow's, so that midnight finds its partition. */
    private static final int PARTITION_DAYS = 2;

    private final DataSource database;
    private final Runs runs;
    private final Reclaim reclaim;
    private final Recorder recorder;
    private final KeptParts keptParts;
    private final Backlog backlog;
    private final AttemptPartitions partitions;
    private final Stores stores;
    private final RunConfig config;
    private final ShutdownDrain shutdown;
    private final RunNotice notice;
    private final Clock clock;
    private final Durability durability;
    private final String version;

    public Runner(
            DataSource database,
            Runs runs,
            Reclaim reclaim,
            Recorder recorder,
            KeptParts keptParts,
            Backlog backlog,
            AttemptPartitions partitions,
            Stores stores,
            RunConfig config,
            ShutdownDrain shutdown,
            RunNotice notice,
            Clock clock,
            @ConfigProperty(name = "tallyman.durability", defaultValue = "group") Durability durability,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.database = database;
        this.runs = runs;
        this.reclaim = reclaim;
        this.recorder = recorder;
        this.keptParts = keptParts;
        this.backlog = backlog;
        this.partitions = partitions;
        this.stores = stores;
        this.config = config;
        this.shutdown = shutdown;
        this.notice = notice;
        this.clock = clock;
        this.durability = durability;
        this.version = version;
    }

    /**
     * Runs with the store the manifest names.
     *
     * @throws UnknownManifestException where there is no such manifest
     * @throws NoDestinationException where neither the request nor the manifest says where to
     * @throws DestinationRefusedException where the destination cannot be made or written
     * @throws StoppedWaitingException where a stop came while the database was away
     * @throws SQLException where the database stayed away for longer than the configured patience
     */
    public RunResult run(RunRequest request, RunProgress progress) throws SQLException, InterruptedException {
        return withinTime(request, stop -> run(request, progress, stop));
    }

    /** The same with a store that is not configured; null where every entry brings its own URL. */
    public RunResult run(Manifest manifest, @Nullable Store store, RunRequest request, RunProgress progress)
            throws SQLException, InterruptedException {
        return withinTime(request, stop -> run(manifest, store, request, progress, stop));
    }

    /** A run that can be told to stop. */
    private interface Stoppable {
        RunResult run(StopSignal stop) throws SQLException, InterruptedException;
    }

    /** The time counts from before the first call to the database, which may be long in answering. */
    private static RunResult withinTime(RunRequest request, Stoppable run) throws SQLException, InterruptedException {
        StopSignal stop = new StopSignal();
        TimeLimit limit = TimeLimit.start(request.timeLimit(), stop);
        try {
            return run.run(stop);
        } finally {
            limit.cancel();
        }
    }

    private RunResult run(RunRequest request, RunProgress progress, StopSignal stop)
            throws SQLException, InterruptedException {
        DatabasePatience patience = untilStop(stop);
        Manifest manifest = patience.call(() -> manifest(request.manifest()))
                .orElseThrow(() -> new UnknownManifestException(request.manifest()));
        Store store = patience.call(() -> backlog.needsSigning(manifest.id))
                ? stores.named(manifest.store == null ? Stores.DEFAULT : manifest.store)
                : null;
        return run(manifest, store, request, progress, stop);
    }

    private DatabasePatience untilStop(StopSignal stop) {
        return new DatabasePatience(config.databasePatience(), Duration.ZERO, stop);
    }

    private static Optional<Manifest> manifest(String name) throws SQLException {
        try {
            return QuarkusTransaction.requiringNew().call(() -> Manifest.named(name));
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException database) {
                    throw database;
                }
            }
            throw e;
        }
    }

    private RunResult run(
            Manifest manifest, @Nullable Store store, RunRequest request, RunProgress progress, StopSignal stop)
            throws SQLException, InterruptedException {
        Path root = Destination.of(manifest, request);
        int parallel = request.parallel() == null ? config.parallel() : request.parallel();
        long startedNanos = System.nanoTime();
        String storeName = store != null ? store.name() : manifest.store != null ? manifest.store : Stores.DEFAULT;
        SharedLimits limits = new SharedLimits(
                storeName,
                stores.limits(storeName),
                new StoreShares(database),
                config.deadAfter(),
                clock,
                System::nanoTime);
        StoreClock storeClock = new StoreClock(clock);
        UrlSource urls = new UrlSource(store == null ? null : new Oss4Signer(store), config.urlExpires(), storeClock);
        TransferSettings settings = Downloads.settings(config, parallel, version, durability);
        PressureLog pressureLog = new PressureLog(clock);
        Gates gates = new Gates(settings.maxConnections(), System::nanoTime, pressureLog);
        try (ObjectClient client = limited(
                        Downloads.client(config, settings, RunSettings.urlHosts(config), gates, clock), limits, gates);
                Transfer transfer =
                        new Transfer(client, settings, storeClock, bytes -> {}, new KeptNotes(keptParts, clock))) {
            DiskSpace disk = new DiskSpace(
                    root,
                    DiskSpace.of(root),
                    config.minFreeSpace(),
                    config.diskPatience(),
                    stop,
                    pressureLog,
                    System::nanoTime);
            Pressure pressure = new Pressure(
                    parallel, gates, store == null ? null : store.objectBase(), disk, pressureLog, System::nanoTime);
            Orders orders =
                    new Orders(manifest.id, root, transfer, urls, pressure, pressureLog, limits, stop, progress);
            Left left = shutdown.whileRunning(() -> stop.raise(Ending.SIGNALLED), () -> {
                Left last;
                do {
                    last = work(orders);
                } while (last.lost() && !stop.isRaised());
                return last;
            });
            RunResult result = new RunResult(
                    left.runId(),
                    manifest.name,
                    left.ending(),
                    left.tally(),
                    progress.bytes(),
                    progress.retries(),
                    Duration.ofNanos(System.nanoTime() - startedNanos));
            if (left.closed()) {
                notice.send(result);
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Our own limits come before what the endpoint can take. */
    private static ObjectClient limited(ObjectClient client, SharedLimits limits, Gates gates) {
        return limits.isNone() ? client : new PacedClient(client, limits.requests(), limits.bytes(), gates::isClosed);
    }

    /** What every worker of this process is to do: a process whose worker was declared lost goes on as another. */
    private record Orders(
            long manifestId,
            Path root,
            Transfer transfer,
            UrlSource urls,
            Pressure pressure,
            PressureLog pressureLog,
            SharedLimits limits,
            StopSignal stop,
            RunProgress progress) {}

    /** How one worker left the run. */
    private record Left(long runId, boolean lost, boolean closed, Ending ending, Backlog.Tally tally) {}

    /** Joins the run as a worker, works until nothing is left, or told to stop, or declared lost, and leaves. */
    private Left work(Orders orders) throws SQLException, InterruptedException {
        DatabasePatience patience = untilStop(orders.stop());
        WorkerProcess process = WorkerProcess.current();
        // Before joining: it must not trust itself for longer than others do.
        LeaseGuard leases = new LeaseGuard(config.deadAfter(), config.databasePatience(), System::nanoTime);
        long manifestId = orders.manifestId();
        Worker worker = patience.call(
                () -> runs.join(manifestId, orders.root().toString(), process, version, config.deadAfter()));
        boolean left = false;
        try {
            workAs(worker, new Salvage(reclaim, keptParts, process, config), leases, patience, orders);
            DatabasePatience leaving = new DatabasePatience(config.databasePatience(), config.drain(), orders.stop());
            Backlog.Tally tally = leaving.call(() -> backlog.tally(manifestId));
            Ending ending = Ending.of(tally, orders.stop().reason().orElse(null));
            boolean lost = leases.isLost();
            boolean closed = !lost
                    && leaving.call(() -> runs.leave(worker, ending.runState(), ending.exitCode(), config.deadAfter()));
            left = true;
            return new Left(worker.runId(), lost, closed, ending, leaving.call(() -> backlog.tally(manifestId)));
        } finally {
            if (!left) {
                leaveAfterFailure(worker);
            }
        }
    }

    /** What a failed worker holds is given back where the database still listens; else it is taken back as from a dead one. */
    private void leaveAfterFailure(Worker worker) {
        try {
            runs.leave(worker, Ending.DATABASE_GONE.runState(), Ending.DATABASE_GONE.exitCode(), config.deadAfter());
        } catch (SQLException e) {
            LOG.warnf("what this worker held could not be given back: %s", e.getMessage());
        }
    }

    private void workAs(Worker worker, Salvage salvage, LeaseGuard leases, DatabasePatience patience, Orders orders)
            throws SQLException, InterruptedException {
        patience.run(() -> orders.limits().join(worker));
        RunProgress progress = orders.progress();
        Backoff backoff = new Backoff(config.backoffBase(), config.backoffCap(), RandomGenerator.getDefault());
        EntryTask task = new EntryTask(
                orders.root(),
                orders.transfer(),
                orders.urls(),
                new EntryPolicies(config.maxResigns()),
                new Aftermath(config.maxAttempts(), config.maxDeferrals(), backoff),
                leases,
                orders.pressure(),
                keptParts,
                orders.stop(),
                clock);
        WorkerLoop loop = new WorkerLoop(
                new Claims(database, worker),
                backlog,
                worker.manifestId(),
                patience,
                orders.stop(),
                leases,
                orders.pressure());
        RecordingQueue recordings = new RecordingQueue(
                recorder,
                worker,
                new DatabasePatience(config.databasePatience()),
                clock,
                progress,
                orders.stop(),
                loop::wake);
        Events events = new Events(database);
        List<DatabasePatience.Step> errands = List.of(
                () -> orders.limits().beat(worker),
                () -> orders.pressureLog().write(events, worker),
                salvage::takeBack,
                () -> partitions.ensure(PARTITION_DAYS));
        Heartbeat heartbeat = new Heartbeat(
                runs, worker, leases, config.heartbeat(), orders.limits()::followTheClock, errands, loop::wake);
        heartbeat.start();
        try {
            patience.run(() -> partitions.ensure(PARTITION_DAYS));
            patience.run(salvage::takeBack);
            Backlog.Left atStart = patience.call(() -> backlog.left(worker.manifestId()));
            progress.expect(progress.finalEntries() + atStart.pending() + atStart.leased());
            loop.work(task::run, recordings);
        } catch (StoppedWaitingException e) {
            LOG.debugf("stopped while the database was away: %s", e.getMessage());
        } finally {
            try {
                if (orders.stop().isRaised()) {
                    orders.pressure().close();
                }
                loop.drain(config.drain());
                recordings.finish();
            } finally {
                heartbeat.stop();
            }
            writeLast(orders.pressureLog(), events, worker);
        }
    }

    private static void writeLast(PressureLog log, Events events, Worker worker) {
        try {
            log.write(events, worker);
        } catch (SQLException e) {
            LOG.debugf("what held this worker back is on stderr only: %s", e.getMessage());
        }
    }
}
