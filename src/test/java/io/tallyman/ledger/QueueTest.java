package io.tallyman.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.PostgresServer;
import io.tallyman.database.TestDatabase;
import io.tallyman.manifest.ImportTarget;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.transfer.CaseTwins;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The queue holds exactly the entries that are not final, whoever changes them. */
class QueueTest {
    private static final int ENTRIES = 200;

    @Test
    void entriesOfAnEarlierVersionAreQueuedAsTheyStand() {
        // Given
        PostgresServer server = TestDatabase.freshServer();
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(server.jdbcUrl());
        database.setUser(server.username());
        database.setPassword(server.password());
        FluentConfiguration migrations = Flyway.configure()
                .dataSource(database)
                .schemas("tallyman", "report")
                .defaultSchema("tallyman");
        migrations.target("5?").load().migrate();
        Sql sql = new Sql(database);
        sql.run("insert into tallyman.manifest (name) values ('m')");
        sql.run("insert into tallyman.run (manifest_id, destination) values (1, 'd')");
        sql.run("insert into tallyman.worker (run_id, host, pid, machine, process, version, stopped_at, lost)"
                + " values (1, 'h', 1, 'm', 'p', 'v', now(), true), (1, 'h', 2, 'm', 'p', 'v', now(), false),"
                + " (1, 'h', 3, 'm', 'p', 'v', null, false)");
        sql.run("""
                insert into tallyman.entry (manifest_id, key, path, state, worker_id, lease_epoch, attempts, deferrals,
                    worker_deaths, not_before, priority, finished_at)
                values (1, 'new', 'new', 'pending', null, 0, 0, 0, 0, null, 3, null),
                       (1, 'tried', 'tried', 'pending', null, 5, 2, 3, 1, '2026-01-01 00:00Z', 0, null),
                       (1, 'held', 'held', 'leased', 1, 6, 1, 0, 0, null, 0, null),
                       (1, 'done', 'done', 'verified', null, 7, 1, 0, 0, null, 0, now())""");

        // When
        migrations.target("latest").load().migrate();

        // Then
        assertThat(sql.rows("select key, state, lease_epoch, attempts, deferrals, worker_deaths, worker_id,"
                        + " not_before = '2026-01-01 00:00Z' from tallyman.standing order by entry_id"))
                .containsExactly(
                        "new|pending|0|0|0|0|null|null",
                        "tried|pending|5|2|3|1|null|t",
                        "held|leased|6|1|0|0|1|null",
                        "done|verified|7|1|0|0|null|null");
        assertThat(sql.rows("select entry_id, priority from tallyman.queue order by entry_id"))
                .containsExactly("1|3", "2|0", "3|0");
        assertThat(sql.rows("select id, released_at is not null from tallyman.worker order by id"))
                .containsExactly("1|f", "2|t", "3|f");
    }

    @Test
    void anEntryThatIsGoneLeavesTheQueue() {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);

        // When
        ledger.sql.run("delete from tallyman.entry where key = 'k2'");
        List<String> left = ledger.sql.rows("select entry_id from tallyman.queue order by 1");
        ledger.sql.run("delete from tallyman.manifest");

        // Then
        assertThat(left).containsExactly("1", "3");
        assertThat(ledger.sql.rows("select * from tallyman.queue")).isEmpty();
    }

    @Test
    void importsGoOnWhileWorkersRecordAndEveryEntryIsFinalOnceAsItWasDescribedLast() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(0);
        long seed = Long.getLong("tallyman.seed", System.nanoTime());
        System.out.println("tallyman.seed=" + seed);
        Random random = new Random(seed);
        imported(ledger, file(random));

        // When
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < 10; round++) {
                List<Future<?>> workers = new ArrayList<>();
                for (int count = 0; count < 3; count++) {
                    Random dice = new Random(random.nextLong());
                    workers.add(threads.submit(() -> {
                        work(ledger, dice);
                        return null;
                    }));
                }
                imported(ledger, file(random));
                for (Future<?> worker : workers) {
                    worker.get();
                }
            }
        }
        while (!new Backlog(ledger.database).left(ledger.manifestId).isNothing()) {
            work(ledger, random);
        }

        // Then
        assertThat(ledger.sql.rows("select * from tallyman.queue")).isEmpty();
        assertThat(ledger.sql.rows("select state, count(*) from tallyman.entry group by 1"))
                .containsExactly("verified|" + ENTRIES);
        assertThat(ledger.sql.rows("""
                        select count(*) from tallyman.entry e
                        where 1 <> (
                            select count(*) from tallyman.attempt a
                            where a.entry_id = e.id and a.lease_epoch = e.lease_epoch and a.final
                              and a.number = e.attempts + e.deferrals and a.finished_at = e.finished_at)""")).containsExactly("0");
    }

    private static String file(Random random) {
        StringBuilder file = new StringBuilder("key,size,priority\n");
        for (int entry = 0; entry < ENTRIES; entry++) {
            file.append("key")
                    .append(entry)
                    .append(',')
                    .append(random.nextInt(20) == 0 ? 2 : 1)
                    .append(',')
                    .append(random.nextInt(20) == 0 ? 1 : 0)
                    .append('\n');
        }
        return file.toString();
    }

    private static void imported(LedgerFixture ledger, String file) throws Exception {
        try (ManifestReader rows = ManifestFile.open("-", null, new ByteArrayInputStream(file.getBytes(UTF_8)))) {
            new ManifestImport(ledger.database, () -> CaseTwins.REFUSE).run(rows, new ImportTarget("m", null, null));
        }
    }

    /** Works until there is nothing to claim; some of what it holds it retries or gives back, the last first. */
    private static void work(LedgerFixture ledger, Random random) throws Exception {
        Worker worker = ledger.join();
        Claims claims = ledger.claims(worker);
        for (List<Claim> some = claims.claim(50); !some.isEmpty(); some = claims.claim(1 + random.nextInt(100))) {
            List<Recorded> batch = new ArrayList<>();
            for (Claim claim : some.reversed()) {
                batch.add(
                        switch (random.nextInt(8)) {
                            case 0 -> new Recorded.Released(claim.entryId(), claim.epoch());
                            case 1 ->
                                new Recorded.Retry(
                                        claim.entryId(),
                                        claim.epoch(),
                                        LedgerFixture.attempted(),
                                        Failure.of(FailureKind.Network.STALLED, "nothing came"),
                                        Duration.ZERO,
                                        random.nextBoolean());
                            default -> LedgerFixture.landed(claim);
                        });
            }
            ledger.record(worker, batch.toArray(new Recorded[0]));
        }
        ledger.runs.leave(worker, RunState.STOPPED, 5, LedgerFixture.DEAD_AFTER);
    }
}
