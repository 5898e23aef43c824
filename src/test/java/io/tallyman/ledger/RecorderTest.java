package io.tallyman.ledger;

import static io.tallyman.ledger.LedgerFixture.NOW;
import static io.tallyman.ledger.LedgerFixture.attempted;
import static io.tallyman.ledger.LedgerFixture.landed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class RecorderTest {
    private static final Failure NOT_FOUND =
            new Failure(FailureKind.Store.NOT_FOUND, "no such \0 object", 404, "NoSuchKey", "r404", null);
    private static final Failure STALLED = Failure.of(FailureKind.Network.STALLED, "nothing came");

    @Test
    void aBatchIsRecordedExactlyInEntriesAndAttempts() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(8);
        Worker worker = ledger.join();
        List<Claim> held = ledger.claims(worker).claim(8);

        // When
        List<Recorded> fenced = ledger.record(
                worker,
                landed(held.get(0)),
                new Recorded.Landed(held.get(1).entryId(), 1, attempted(), false, true, 0, "0", null),
                new Recorded.Retry(held.get(2).entryId(), 1, attempted(), STALLED, Duration.ofHours(1), true),
                new Recorded.Retry(held.get(3).entryId(), 1, attempted(), STALLED, Duration.ZERO, false),
                new Recorded.Failed(held.get(4).entryId(), 1, attempted(), NOT_FOUND),
                new Recorded.Quarantined(held.get(5).entryId(), 1, attempted(), STALLED),
                new Recorded.Released(held.get(6).entryId(), 1));

        // Then
        assertThat(fenced).isEmpty();
        assertThat(ledger.sql.rows("""
                        select s.key, s.state, s.attempts, s.deferrals, worker_id is null, not_before > now(), run_id,
                               actual_size_bytes, actual_crc64, etag, failure_kind, failure_message,
                               round(extract(epoch from now() - finished_at))
                        from tallyman.standing s join tallyman.entry e on e.id = s.entry_id order by e.id"""))
                .containsExactly(
                        "k1|verified|1|0|t|null|1|7|18446744073709551615|\"etag\"|null|null|10",
                        "k2|unverified|1|0|t|null|1|0|0|null|null|null|10",
                        "k3|pending|1|0|t|t|null|null|null|null|stalled|nothing came|null",
                        "k4|pending|0|1|t|f|null|null|null|null|stalled|nothing came|null",
                        "k5|failed|1|0|t|null|1|null|null|null|not_found|no such \ufffd object|10",
                        "k6|quarantined|1|0|t|null|1|null|null|null|stalled|nothing came|10",
                        "k7|pending|0|0|t|null|null|null|null|null|null|null|null",
                        "k8|leased|0|0|f|null|null|null|null|null|null|null|null");
        assertThat(ledger.sql.rows("""
                        select key, number, outcome, final, adopted, bytes, http_status, request_id, failure_kind,
                               error_code, message, duration_millis, run_id, worker_id
                        from report.attempts order by entry_id"""))
                .containsExactly(
                        "k1|1|verified|t|f|100|200|request|null|null|null|5000|1|1",
                        "k2|1|unverified|t|t|100|200|request|null|null|null|5000|1|1",
                        "k3|1|retried|f|f|100|200|request|stalled|null|nothing came|5000|1|1",
                        "k4|1|deferred|f|f|100|200|request|stalled|null|nothing came|5000|1|1",
                        "k5|1|failed|t|f|100|404|r404|not_found|NoSuchKey|no such \ufffd object|5000|1|1",
                        "k6|1|quarantined|t|f|100|200|request|stalled|null|nothing came|5000|1|1");
    }

    @Test
    void whatIsGivenBackForLaterIsAsIfItHadNotBeenClaimedAndNotClaimedBefore() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(2);
        Worker worker = ledger.join();
        List<Claim> held = ledger.claims(worker).claim(2);

        // When
        ledger.record(
                worker,
                new Recorded.Released(held.get(0).entryId(), 1, Duration.ofSeconds(30)),
                new Recorded.Released(held.get(1).entryId(), 1));

        // Then
        assertThat(ledger.sql.rows("""
                        select attempts, deferrals, worker_id, extract(epoch from not_before - now()) between 20 and 30
                        from tallyman.queue order by entry_id""")).containsExactly("0|0|null|t", "0|0|null|null");
        assertThat(ledger.sql.rows("select 1 from tallyman.attempt")).isEmpty();
        assertThat(ledger.claims(worker).claim(2))
                .extracting(Claim::entryId)
                .containsExactly(held.get(1).entryId());
    }

    @Test
    void aFencedWorkerChangesNoRowAndWritesNoAttempt() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(2);
        Worker slow = ledger.join();
        List<Claim> held = ledger.claims(slow).claim(2);
        ledger.lose(slow);
        ledger.reclaim.reclaim(ledger.process, LedgerFixture.DEAD_AFTER, 9);
        Worker next = ledger.join();
        Claim taken = ledger.claims(next).claim(1).get(0);
        String everything = "select e.*, q.*, e.xmin, q.xmin from tallyman.entry e"
                + " left join tallyman.queue q on q.entry_id = e.id order by id";
        List<String> before = ledger.sql.rows(everything);
        List<String> attemptsBefore = ledger.sql.rows("select * from tallyman.attempt order by id");

        // When
        List<Recorded> fenced = ledger.record(slow, landed(held.get(0)), landed(held.get(1)));
        List<Recorded> staleEpoch = ledger.record(
                next, new Recorded.Landed(taken.entryId(), taken.epoch() - 1, attempted(), true, false, 1, "1", null));
        List<Recorded> neverHeld =
                ledger.record(next, new Recorded.Released(held.get(1).entryId(), 1));

        // Then
        assertThat(fenced).hasSize(2);
        assertThat(staleEpoch).hasSize(1);
        assertThat(neverHeld).hasSize(1);
        assertThat(ledger.sql.rows(everything)).isEqualTo(before);
        assertThat(ledger.sql.rows("select * from tallyman.attempt order by id"))
                .isEqualTo(attemptsBefore);
        assertThat(ledger.record(next, landed(taken))).isEmpty();
        assertThat(ledger.record(next, landed(taken))).hasSize(1);
    }

    @Test
    void oneLeaseIsNotRecordedTwiceInOneBatch() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        Worker worker = ledger.join();
        Claim claim = ledger.claims(worker).claim(1).get(0);

        // Then
        assertThatThrownBy(() -> ledger.record(worker, landed(claim), landed(claim)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ledger.record(worker)).isEmpty();
    }

    @Test
    void totalsOfTheViewsEqualTheDetail() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(50);
        for (int round = 0; round < 3; round++) {
            Worker worker = ledger.join();
            Claims claims = ledger.claims(worker);
            List<Recorded> batch = new ArrayList<>();
            for (Claim claim : claims.claim(20)) {
                batch.add(
                        switch ((int) (claim.entryId() % 6)) {
                            case 0 ->
                                new Recorded.Retry(
                                        claim.entryId(), claim.epoch(), attempted(), STALLED, Duration.ZERO, true);
                            case 1 -> new Recorded.Failed(claim.entryId(), claim.epoch(), attempted(), NOT_FOUND);
                            case 2 -> new Recorded.Quarantined(claim.entryId(), claim.epoch(), attempted(), STALLED);
                            case 3 ->
                                new Recorded.Landed(
                                        claim.entryId(), claim.epoch(), attempted(), false, false, 3, "5", null);
                            default -> landed(claim);
                        });
            }
            ledger.record(worker, batch.toArray(new Recorded[0]));
            assertThat(ledger.runs.leave(worker, RunState.STOPPED, 5, LedgerFixture.DEAD_AFTER))
                    .isTrue();
        }

        // Then
        assertThat(ledger.sql.rows("select entry_id, manifest_id from tallyman.queue order by 1"))
                .isEqualTo(ledger.sql.rows(
                        "select id, manifest_id from tallyman.entry where state = 'pending' order by 1"));
        assertThat(ledger.sql.rows("select count(*) from report.run_overview")).containsExactly("3");
        for (String outcome : List.of("verified", "unverified", "failed", "quarantined")) {
            assertThat(ledger.sql.rows("select sum(%s) from report.run_overview".formatted(outcome)))
                    .isEqualTo(ledger.sql.rows(
                            "select count(*) from tallyman.entry where state = '%s'".formatted(outcome)))
                    .isEqualTo(ledger.sql.rows("select %s from report.manifest_progress".formatted(outcome)))
                    .isEqualTo(ledger.sql.rows(
                            "select count(*) from report.attempts where final and outcome = '%s'".formatted(outcome)));
        }
        assertThat(ledger.sql.rows("select sum(attempts), sum(bytes) from report.run_overview"))
                .isEqualTo(ledger.sql.rows("select count(*), sum(bytes) from report.attempts"));
        assertThat(ledger.sql.rows("select sum(attempts), sum(final) from report.failures_by_kind"))
                .isEqualTo(
                        ledger.sql.rows(
                                "select count(*), count(*) filter (where final) from report.attempts where failure_kind is not null"));
        assertThat(ledger.sql.rows(
                        "select pending + leased + verified + unverified + failed + quarantined = entries, expected_bytes"
                                + " from report.manifest_progress"))
                .containsExactly("t|1275");
    }

    @Test
    void theFirstBatchOfAConnectionLooksUpItsOwnRowsAndNoOthers() throws Exception {
        // Given a worker that holds much more than what has ended
        LedgerFixture ledger = new LedgerFixture(6_000);
        Worker worker = ledger.join();
        List<Recorded> ended = ledger.claims(worker).claim(5_500).stream()
                .limit(500)
                .map(LedgerFixture::landed)
                .toList();
        try (AgroalDataSource one = onlyConnection((PGSimpleDataSource) ledger.database)) {
            Sql sql = new Sql(one);
            long before = queueRowsRead(sql);

            // When
            new Recorder(one).record(worker, ended, NOW);

            // Then
            assertThat(queueRowsRead(sql) - before).isBetween(500L, 1_500L);
        }
    }

    /** A session sees at once what it counted itself. */
    private static AgroalDataSource onlyConnection(PGSimpleDataSource database) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(1)
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(database.getURL())
                                .principal(new NamePrincipal(Objects.requireNonNull(database.getUser())))
                                .credential(new SimplePassword(Objects.requireNonNull(database.getPassword()))))));
    }

    private static long queueRowsRead(Sql sql) {
        sql.rows("select pg_stat_force_next_flush()");
        return Long.parseLong(sql.rows("""
                        select sum(idx_tup_read) + (select seq_tup_read from pg_stat_user_tables where relname = 'queue')
                        from pg_stat_user_indexes where relname = 'queue'""").get(0));
    }
}
