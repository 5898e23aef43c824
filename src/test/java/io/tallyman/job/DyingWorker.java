package io.tallyman.job;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tallyman.ledger.AttemptPartitions;
import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.Claims;
import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.Recorded;
import io.tallyman.ledger.Recorder;
import io.tallyman.ledger.Runs;
import io.tallyman.ledger.Worker;
import io.tallyman.ledger.WorkerProcess;
import io.tallyman.retry.Backoff;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.StoreClock;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import io.tallyman.transfer.ApacheObjectClient;
import io.tallyman.transfer.CountingClient;
import io.tallyman.transfer.Durability;
import io.tallyman.transfer.GatedClient;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.LargeObjects;
import io.tallyman.transfer.ObjectClient;
import io.tallyman.transfer.Proxies;
import io.tallyman.transfer.ToldOfNames;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/**
 * A worker in a JVM of its own, put together as {@link Runner} does it, that dies when it has passed a point so many times. Where it
 * does not come to that it finishes the manifest and ends with 0.
 */
public final class DyingWorker {
    private final Properties orders;
    private final Death death;

    private DyingWorker(Properties orders) {
        this.orders = orders;
        this.death = new Death(
                DeathPoint.valueOf(orders.getProperty("point")),
                Integer.parseInt(orders.getProperty("pass")),
                Boolean.parseBoolean(orders.getProperty("halts")));
    }

    /** Reads what to do from its standard input. */
    public static void main(String[] arguments) throws Exception {
        Properties orders = new Properties();
        orders.load(System.in);
        new DyingWorker(orders).work();
    }

    private void work() throws Exception {
        Path root = Path.of(orders.getProperty("root"));
        Clock clock = Clock.systemUTC();
        // An entry of this test outlives as many workers as it takes.
        RunConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(RunConfig.class)
                .withDefaultValues(
                        Map.of("tallyman.run.max-worker-deaths", "1000", "tallyman.run.max-attempts", "1000"))
                .build()
                .getConfigMapping(RunConfig.class);
        StoreClock storeClock = new StoreClock(clock);
        LargeObjects large = new LargeObjects(
                Long.parseLong(orders.getProperty("large")), Long.parseLong(orders.getProperty("part")), 4);
        TransferSettings settings = new TransferSettings(
                config.connectTimeout(),
                config.idleTimeout(),
                config.parallel(),
                // In proportion to its objects.
                16 * 1024,
                "tallyman/test",
                Durability.GROUP,
                large,
                0);
        Store store = store();
        Gates gates = new Gates(settings.maxConnections(), System::nanoTime, new PressureLog(clock));
        try (AgroalDataSource database = pool();
                ObjectClient client = new CountingClient(
                        new GatedClient(
                                new ApacheObjectClient(settings, RunSettings.urlHosts(config), Proxies.of(Map.of())),
                                gates,
                                clock),
                        Path.of(orders.getProperty("received")));
                Transfer transfer = ToldOfNames.transfer(
                        client,
                        settings,
                        storeClock,
                        bytes -> death.pass(DeathPoint.MID_WRITE),
                        new KeptNotes(new KeptParts(database), clock),
                        () -> death.pass(DeathPoint.AFTER_RENAME))) {
            UrlSource urls = new UrlSource(new Oss4Signer(store), config.urlExpires(), storeClock);
            Worksite site = new Worksite(database, root, config, transfer, urls, clock);
            work(site, pressure(site, store, gates));
        }
    }

    /** As in production: to open a connection costs this process more than all that it then does with it. */
    private AgroalDataSource pool() throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(false)
                .connectionPoolConfiguration(pool -> pool.maxSize(8)
                        .connectionFactoryConfiguration(connection -> connection
                                .jdbcUrl(orders.getProperty("url"))
                                .principal(new NamePrincipal(orders.getProperty("user")))
                                .credential(new SimplePassword(orders.getProperty("password"))))));
    }

    private Store store() {
        return new Store(
                "test",
                URI.create(orders.getProperty("endpoint")),
                orders.getProperty("region"),
                orders.getProperty("bucket"),
                Addressing.PATH,
                CredentialsSource.fixed(new Credentials(
                        orders.getProperty("accessKeyId"), orders.getProperty("accessKeySecret"), null, null)));
    }

    /** What a worker works with. */
    private record Worksite(
            DataSource database, Path root, RunConfig config, Transfer transfer, UrlSource urls, Clock clock) {}

    private static Pressure pressure(Worksite site, Store store, Gates gates) throws IOException {
        PressureLog log = new PressureLog(site.clock());
        DiskSpace disk = new DiskSpace(
                site.root(),
                DiskSpace.of(site.root()),
                site.config().minFreeSpace(),
                site.config().diskPatience(),
                new StopSignal(),
                log,
                System::nanoTime);
        return new Pressure(site.config().parallel(), gates, store.objectBase(), disk, log, System::nanoTime);
    }

    private void work(Worksite site, Pressure pressure) throws Exception {
        DataSource database = site.database();
        RunConfig config = site.config();
        Clock clock = site.clock();
        KeptParts keptParts = new KeptParts(database);
        Runs runs = new Runs(database);
        DatabasePatience patience = new DatabasePatience(config.databasePatience());
        WorkerProcess process = WorkerProcess.current();
        LeaseGuard leases = new LeaseGuard(config.deadAfter(), config.databasePatience(), this::nanoTime);
        long manifestId = Long.parseLong(orders.getProperty("manifest"));
        Worker worker = runs.join(manifestId, site.root().toString(), process, "test", config.deadAfter());
        Salvage salvage = new Salvage(new Reclaim(database), keptParts, process, config);
        salvage.takeBack();
        StopSignal stop = new StopSignal();
        Backlog backlog = new Backlog(database);
        EntryTask task = new EntryTask(
                site.root(),
                site.transfer(),
                site.urls(),
                new EntryPolicies(config.maxResigns()),
                new Aftermath(
                        config.maxAttempts(),
                        config.maxDeferrals(),
                        new Backoff(config.backoffBase(), config.backoffCap(), RandomGenerator.getDefault())),
                leases,
                pressure,
                keptParts,
                stop,
                clock);
        WorkerLoop loop =
                new WorkerLoop(new Claims(database, worker), backlog, manifestId, patience, stop, leases, pressure);
        RecordingQueue recordings = new RecordingQueue(
                new Recorder(dyingAtCommit(database)), worker, patience, clock, new RunProgress(), stop, loop::wake);
        AttemptPartitions partitions = new AttemptPartitions(database);
        Heartbeat heartbeat = new Heartbeat(
                runs,
                worker,
                leases,
                config.heartbeat(),
                () -> {},
                List.of(salvage::takeBack, () -> partitions.ensure(2)),
                loop::wake);
        heartbeat.start();
        loop.work(
                (claim, onProven) -> {
                    death.pass(DeathPoint.AFTER_CLAIM);
                    Recorded recorded = task.run(claim, onProven);
                    death.pass(DeathPoint.AFTER_LANDING);
                    return recorded;
                },
                recordings);
        loop.drain(config.drain());
        recordings.finish();
        heartbeat.stop();
        Ending ending = Ending.of(backlog.tally(manifestId), stop.reason().orElse(null));
        runs.leave(worker, ending.runState(), ending.exitCode(), config.deadAfter());
        if (ending.exitCode() != 0) {
            throw new IllegalStateException("the run ended as " + ending);
        }
    }

    /** The lease is looked at between the force of a part file and its rename, and there the time is asked for. */
    private long nanoTime() {
        boolean renaming = StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".PartFile")
                        && frame.getMethodName().equals("rename")));
        if (renaming) {
            death.pass(DeathPoint.AFTER_FSYNC);
        }
        return System.nanoTime();
    }

    /** Only recordings go through it, one commit each. */
    private DataSource dyingAtCommit(DataSource database) {
        return proxy(DataSource.class, database, (method, call) -> {
            Object result = call.call();
            return result instanceof Connection connection ? proxy(Connection.class, connection, this::commit) : result;
        });
    }

    private Object commit(String method, Call call) throws Throwable {
        if (!method.equals("commit")) {
            return call.call();
        }
        death.pass(DeathPoint.BEFORE_COMMIT);
        Object result = call.call();
        death.pass(DeathPoint.AFTER_COMMIT);
        return result;
    }

    private interface Call {
        Object call() throws Throwable;
    }

    private interface Around {
        Object call(String method, Call call) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, T target, Around around) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> around.call(method.getName(), () -> {
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
    }
}
