package io.tallyman.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    @Test
    void noEntryIsClaimedTwiceByWorkersClaimingAtOnce() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(6000);

        // When
        List<Future<List<Claim>>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int count = 0; count < 4; count++) {
                Claims claims = ledger.claims(ledger.join());
                workers.add(threads.submit(() -> {
                    List<Claim> all = new ArrayList<>();
                    for (List<Claim> some = claims.claim(37); !some.isEmpty(); some = claims.claim(37)) {
                        all.addAll(some);
                    }
                    return all;
                }));
            }
        }

        // Then
        List<Claim> claimed = new ArrayList<>();
        for (Future<List<Claim>> worker : workers) {
            claimed.addAll(worker.get());
        }
        assertThat(claimed).hasSize(6000).extracting(Claim::entryId).doesNotHaveDuplicates();
        assertThat(claimed).extracting(Claim::epoch).containsOnly(1);
        assertThat(ledger.sql.rows("select count(*) from tallyman.standing where state = 'leased' and lease_epoch = 1"))
                .containsExactly("6000");
    }

    @Test
    void claimsGoByPriorityThenByTheOrderOfTheFile() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(9);
        ledger.queue("priority = 5", "key in ('k8', 'k3')");
        ledger.queue("priority = -5", "key = 'k1'");
        Claims claims = ledger.claims(ledger.join());

        // When
        List<Claim> first = claims.claim(4);
        List<Claim> second = claims.claim(100);

        // Then
        assertThat(first).extracting(Claim::key).containsExactly("k3", "k8", "k2", "k4");
        assertThat(second).extracting(Claim::key).containsExactly("k5", "k6", "k7", "k9", "k1");
        assertThat(claims.claim(100)).isEmpty();
    }

    @Test
    void whatWasPutBackBehindTheBoundIsFoundByTheNextShortClaim() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(10);
        Worker worker = ledger.join();
        Claims claims = ledger.claims(worker);
        Claim first = claims.claim(5).get(0);
        ledger.record(worker, new Recorded.Released(first.entryId(), first.epoch()));

        // When
        List<Claim> next = claims.claim(6);

        // Then
        assertThat(next).extracting(Claim::key).containsExactly("k1", "k6", "k7", "k8", "k9", "k10");
        assertThat(next.get(0).epoch()).isEqualTo(2);
        assertThat(next.get(0).number()).isOne();
    }

    @Test
    void anEntryIsNotClaimedBeforeItsTime() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(2);
        ledger.queue("not_before = now() + interval '1 hour'", "key = 'k1'");
        Claims claims = ledger.claims(ledger.join());

        // Then
        assertThat(claims.claim(5)).extracting(Claim::key).containsExactly("k2");
        ledger.queue("not_before = now() - interval '1 second'", "key = 'k1'");
        assertThat(claims.claim(5)).extracting(Claim::key).containsExactly("k1");
    }

    @Test
    void aClaimTellsAllThatTheManifestSaysOfTheObject() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(0);
        ledger.sql.run("""
                insert into tallyman.entry (manifest_id, key, version_id, url, path, priority, size_bytes, crc64, md5,
                    expires_seconds, headers, additional_headers, params)
                values (%d, 'k', 'v', 'https://h/p?sig=x', 'p', 3, 9, 18446744073709551615, repeat('a', 32),
                    60, '{"h": "1"}', '{h}', '{"p": ""}')""".formatted(ledger.manifestId));
        ledger.enqueue();
        ledger.queue("attempts = 1, deferrals = 2", "key = 'k'");

        // When
        Claim claim = ledger.claims(ledger.join()).claim(1).get(0);

        // Then
        assertThat(claim)
                .isEqualTo(new Claim(
                        claim.entryId(),
                        1,
                        1,
                        2,
                        false,
                        3,
                        "k",
                        "https://h/p?sig=x",
                        "v",
                        "p",
                        new Expectations(
                                9L,
                                Map.of(
                                        ChecksumAlgorithm.CRC64,
                                        "18446744073709551615",
                                        ChecksumAlgorithm.MD5,
                                        "a".repeat(32))),
                        Duration.ofMinutes(1),
                        Map.of("h", "1"),
                        List.of("h"),
                        Map.of("p", "")));
        assertThat(claim.number()).isEqualTo(4);
        assertThat(claim.toString()).doesNotContain("sig");
    }

    @Test
    void aWorkerDeclaredLostClaimsNothing() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);
        Worker worker = ledger.join();
        ledger.lose(worker);

        // When
        ledger.reclaim.reclaim(ledger.process, LedgerFixture.DEAD_AFTER, 2);

        // Then
        assertThat(ledger.claims(worker).claim(3)).isEmpty();
        assertThat(ledger.runs.heartbeat(worker)).isFalse();
    }

    @Test
    void aWorkerHoldsOneSuspectAtATime() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(6);
        ledger.queue("worker_deaths = 1", "key in ('k2', 'k4')");
        Worker worker = ledger.join();
        Claims claims = ledger.claims(worker);

        // When
        List<Claim> first = claims.claim(3);
        List<Claim> second = claims.claim(3);
        ledger.record(worker, LedgerFixture.landed(first.get(1)));
        List<Claim> third = claims.claim(3);

        // Then
        assertThat(first).extracting(Claim::key).containsExactly("k1", "k2", "k3");
        assertThat(first).extracting(Claim::suspect).containsExactly(false, true, false);
        assertThat(second).extracting(Claim::key).containsExactly("k5", "k6");
        assertThat(third).extracting(Claim::key).containsExactly("k4");
    }

    @Test
    void aWorkerThatIsBeingDeclaredLostClaimsNothingWhateverComesFirst() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);
        Worker worker = ledger.join();
        Claims claims = ledger.claims(worker);
        List<Claim> claimed;

        // When
        try (Connection other = ledger.database.getConnection();
                Statement statement = other.createStatement();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            other.setAutoCommit(false);
            statement.execute("update tallyman.worker set stopped_at = clock_timestamp(), lost = true");
            Future<List<Claim>> claiming = thread.submit(() -> claims.claim(3));
            await().until(() -> !ledger.sql
                    .rows(
                            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                    .isEmpty());
            other.commit();
            claimed = claiming.get();
        }

        // Then
        assertThat(claimed).isEmpty();
        assertThat(ledger.sql.rows("select count(*) from tallyman.standing where state = 'leased'"))
                .containsExactly("0");
    }

    @Test
    void claimsAndRecordingsTouchTheirOwnRowsAloneThoughTheStatisticsAreLost() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(20_000);
        ledger.sql.run("alter table tallyman.queue set (autovacuum_enabled = off)");
        ledger.sql.run("alter table tallyman.entry set (autovacuum_enabled = off)");
        ledger.sql.run("delete from pg_statistic s using pg_class c"
                + " where c.oid = s.starelid and c.relnamespace = 'tallyman'::regnamespace");
        ledger.sql.run("update pg_class set reltuples = -1, relpages = 0"
                + " where relnamespace = 'tallyman'::regnamespace and relkind in ('r', 'i')");
        Worker worker = ledger.join();
        Claims claims = ledger.claims(worker);
        String scans = "select coalesce(sum(seq_scan), 0) from pg_stat_user_tables where relname in ('queue', 'entry')";
        String read =
                "select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes where relname in ('queue', 'entry')";
        List<String> scansBefore = ledger.sql.rows(scans);
        long readBefore = Long.parseLong(ledger.sql.rows(read).get(0));

        // When
        for (int batch = 0; batch < 3; batch++) {
            ledger.record(
                    worker, claims.claim(10).stream().map(LedgerFixture::landed).toArray(Recorded[]::new));
        }

        // Then a backend that has ended has told what it did
        await().until(() -> ledger.sql
                .rows("select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                        + " and backend_type = 'client backend'")
                .isEmpty());
        assertThat(ledger.sql.rows(scans)).isEqualTo(scansBefore);
        assertThat(Long.parseLong(ledger.sql.rows(read).get(0)) - readBefore).isBetween(60L, 1000L);
        assertThat(ledger.sql.rows("select count(*) from tallyman.queue")).containsExactly("19970");
    }
}
