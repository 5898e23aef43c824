package io.tallyman.ledger;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.tallyman.database.PostgresServer;
import io.tallyman.database.TestDatabase;
import io.tallyman.manifest.ImportTarget;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.transfer.CaseTwins;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.flywaydb.core.Flyway;

/**
 * What claiming and recording cost: imports a manifest, then claims and records all of it, by one worker and by four, and
 * prints for each part objects per second and the processor time of all PostgreSQL's processes per object. Runs on Linux,
 * on the machine of the server, which must have nothing else to do.
 */
public final class LedgerThroughput {
    private static final int BATCH = Integer.getInteger("batch", 500);
    private static final Duration DEAD_AFTER = Duration.ofHours(1);

    private final AgroalDataSource database;
    private final PostgresTime time;
    private final int entries;

    private LedgerThroughput(AgroalDataSource database, int entries) throws SQLException {
        this.database = database;
        this.time = PostgresTime.ofServer(database);
        this.entries = entries;
    }

    /**
     * Takes the number of entries, and the URL of an empty database on this machine with user name and password; without them
     * 1,000,000 in the embedded server of the tests.
     */
    public static void main(String[] args) throws Exception {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        PostgresServer server = args.length > 1
                ? new PostgresServer(args[1], args[2], args.length > 3 ? args[3] : "")
                : TestDatabase.freshServer();
        try (AgroalDataSource database = pool(server.jdbcUrl(), server.username(), server.password())) {
            Flyway.configure()
                    .dataSource(database)
                    .schemas("tallyman", "report")
                    .defaultSchema("tallyman")
                    .load()
                    .migrate();
            new LedgerThroughput(database, entries).run();
        }
        System.exit(0);
    }

    private static AgroalDataSource pool(String url, String user, String password) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(8)
                        .connectionFactoryConfiguration(connection -> connection
                                .jdbcUrl(url)
                                .principal(new NamePrincipal(user))
                                .credential(new SimplePassword(password)))));
    }

    private void run() throws Exception {
        new AttemptPartitions(database).ensure(2);
        System.out.printf(
                Locale.ROOT,
                "%-34s %9s %10s %10s %9s %9s%n",
                "",
                "objects",
                "objects/s",
                "PG µs/obj",
                "claims/s",
                "slowest");
        // The first of a server is slower: its files grow.
        for (int workers : new int[] {1, 4}) {
            long manifest = imported("manifest" + workers);
            int early = Math.min(20_000, entries / 5);
            part(workers + " workers, right after import", manifest, workers, early, true);
            part(workers + " workers, the rest", manifest, workers, Integer.MAX_VALUE, true);
        }
        long manifest = imported("unanalyzed");
        forgetStatistics();
        part("1 worker, statistics lost", manifest, 1, Math.min(100_000, entries / 2), true);
        manifest = imported("claims");
        part("1 worker, claims alone", manifest, 1, entries / 4, false);
        print();
    }

    /** As after an import by a user who may not analyze, before autovacuum has come round. */
    private void forgetStatistics() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    delete from pg_statistic s using pg_class c
                    where c.oid = s.starelid and c.relnamespace = 'tallyman'::regnamespace""");
            statement.execute("""
                    update pg_class set reltuples = -1, relpages = 0
                    where relnamespace = 'tallyman'::regnamespace and relkind in ('r', 'i')""");
        }
    }

    private long imported(String name) throws Exception {
        PostgresTime.Span span = time.begin();
        long id;
        try (GeneratedRows rows = new GeneratedRows(entries, name)) {
            id = new ManifestImport(database, () -> CaseTwins.REFUSE)
                    .run(rows, new ImportTarget(name, null, null))
                    .manifestId();
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %,9d %,10.0f %10.1f%n",
                "import",
                entries,
                entries / span.seconds(),
                span.cpuMicros() / entries);
        return id;
    }

    /** Claims and, if so said, records until that many are claimed or nothing is left. */
    private void part(String name, long manifestId, int workers, int most, boolean recording) throws Exception {
        PostgresTime.Span span = time.begin();
        AtomicLong left = new AtomicLong(most);
        List<Future<Timings>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            for (int worker = 0; worker < workers; worker++) {
                all.add(threads.submit(() -> work(manifestId, left, recording)));
            }
        }
        Timings sum = new Timings(0, 0, 0);
        for (Future<Timings> one : all) {
            sum = sum.plus(one.get());
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %,9d %,10.0f %10.1f %,9.0f %6.0f ms%n",
                name,
                sum.objects,
                sum.objects / span.seconds(),
                span.cpuMicros() / sum.objects,
                sum.objects / (sum.claimNanos / 1e9 / workers),
                sum.slowestNanos / 1e6);
    }

    private record Timings(long objects, long claimNanos, long slowestNanos) {
        Timings plus(Timings other) {
            return new Timings(
                    objects + other.objects, claimNanos + other.claimNanos, Math.max(slowestNanos, other.slowestNanos));
        }
    }

    private Timings work(long manifestId, AtomicLong left, boolean recording) throws SQLException {
        Runs runs = new Runs(database);
        Recorder recorder = new Recorder(database);
        Worker worker = runs.join(manifestId, "dest", WorkerProcess.current(), "bench", DEAD_AFTER);
        Claims claims = new Claims(database, worker);
        Timings timings = new Timings(0, 0, 0);
        while (left.getAndAdd(-BATCH) > 0) {
            long begun = System.nanoTime();
            List<Claim> claimed = claims.claim(BATCH);
            long took = System.nanoTime() - begun;
            if (claimed.isEmpty()) {
                break;
            }
            long recordedNanos = 0;
            if (recording) {
                begun = System.nanoTime();
                recorder.record(
                        worker, claimed.stream().map(LedgerThroughput::landed).toList(), Instant.now());
                recordedNanos = System.nanoTime() - begun;
            }
            timings = timings.plus(new Timings(claimed.size(), took, Math.max(took, recordedNanos)));
        }
        runs.leave(worker, RunState.STOPPED, 0, DEAD_AFTER);
        return timings;
    }

    private static Recorded landed(Claim claim) {
        Attempted attempted = new Attempted(
                Instant.now(), Duration.ofMillis(20), 4096, 200, "5C3D9175B6FC201293AD" + claim.entryId());
        return new Recorded.Landed(
                claim.entryId(),
                claim.epoch(),
                attempted,
                true,
                false,
                4096,
                Long.toUnsignedString(claim.entryId() * 0x9E3779B97F4A7C15L),
                "\"5B3C1A2E053D763E1B002CC607C5A0FE\"");
    }

    private void print() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select relname, pg_size_pretty(pg_relation_size(relid)) as size, n_tup_upd, n_tup_hot_upd
                        from pg_stat_user_tables
                        where schemaname = 'tallyman' and n_tup_ins + n_tup_upd > 1000
                        union all
                        select indexrelname, pg_size_pretty(pg_relation_size(indexrelid)), null, null
                        from pg_stat_user_indexes
                        where schemaname = 'tallyman' and pg_relation_size(indexrelid) > 1e6
                        order by 1""")) {
            while (row.next()) {
                System.out.printf(
                        "%s %s updates %s hot %s%n",
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4));
            }
        }
    }
}
