package io.tallyman.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SchemaTest {

    @Test
    void everyTableColumnAndViewColumnHasAComment() {
        // Given
        LedgerFixture ledger = new LedgerFixture(0);

        // Then
        assertThat(ledger.sql.rows("""
                        select c.oid::regclass, a.attname
                        from pg_class c
                        join pg_namespace n on n.oid = c.relnamespace
                        left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        where n.nspname in ('tallyman', 'report') and c.relkind in ('r', 'p', 'v', 'm')
                          and not c.relispartition and c.relname <> 'flyway_schema_history'
                          and (obj_description(c.oid, 'pg_class') is null
                               or col_description(c.oid, a.attnum) is null)""")).isEmpty();
    }

    @Test
    void noViewShowsAUrlOrAHeaderAndTheReportSchemaIsEnoughForAReader() {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        ledger.sql.run("drop role if exists report_reader");
        ledger.sql.run("create role report_reader");
        ledger.sql.run("grant usage on schema report to report_reader");
        ledger.sql.run("grant select on all tables in schema report to report_reader");

        // Then
        assertThat(ledger.sql.rows(
                        "select table_name, column_name from information_schema.columns where table_schema = 'report'"
                                + " and column_name in ('url', 'headers', 'params')"))
                .isEmpty();
        List<String> views = ledger.sql.rows("select viewname from pg_views where schemaname = 'report'");
        assertThat(views).contains("run_overview", "manifest_progress", "failures_by_kind", "attempts");
        for (String view : views) {
            ledger.sql.run("set role report_reader; select * from report." + view + "; reset role");
        }
        ledger.sql.run("drop owned by report_reader; drop role report_reader");
    }

    @Test
    void attemptsGoToThePartitionOfTheirDayOnBothSidesOfMidnight() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(0);
        AttemptPartitions partitions = new AttemptPartitions(ledger.database);
        LocalDate day = LocalDate.parse("2026-02-28");
        attempt(ledger, 1, "2026-02-28 23:59:59.999999+00");

        // When
        int made = partitions.ensure(day, 2);
        int again = partitions.ensure(day, 2);
        attempt(ledger, 2, "2026-02-28 00:00:00+00");
        attempt(ledger, 3, "2026-03-01 00:00:00+00");
        attempt(ledger, 4, "2026-03-02 00:00:00+00");

        // Then
        assertThat(made).isEqualTo(2);
        assertThat(again).isZero();
        assertThat(
                        ledger.sql.rows(
                                "select entry_id, c.relname, final from tallyman.attempt a join pg_class c on c.oid = a.tableoid order by 1"))
                .containsExactly(
                        "1|attempt_20260228|t", "2|attempt_20260228|t", "3|attempt_20260301|t", "4|attempt_default|t");
        assertThat(partitions.ensure(3)).isEqualTo(3);
    }

    @Test
    void partitionsMayBeMadeByManyAtOnceWhileAttemptsAreWritten() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(0);
        AttemptPartitions partitions = new AttemptPartitions(ledger.database);
        LocalDate day = LocalDate.parse("2026-05-01");

        // When
        List<Future<Integer>> making = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
            for (int count = 0; count < 4; count++) {
                making.add(threads.submit(() -> partitions.ensure(day, 10)));
            }
            making.add(threads.submit(() -> {
                for (int entry = 1; entry <= 100; entry++) {
                    attempt(ledger, entry, "2026-05-%02d 12:00+00".formatted(1 + entry % 10));
                }
                return 0;
            }));
        }

        // Then
        int made = 0;
        for (Future<Integer> one : making) {
            made += one.get();
        }
        assertThat(made).isEqualTo(10);
        assertThat(ledger.sql.rows("select count(*), count(distinct tableoid), min(n), max(n) from"
                        + " (select tableoid, count(*) over (partition by tableoid) as n from tallyman.attempt) x"))
                .containsExactly("100|10|10|10");
    }

    private static void attempt(LedgerFixture ledger, int entryId, String startedAt) {
        ledger.sql.run("""
                insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    number, started_at, finished_at, bytes, outcome)
                values (%1$d, 1, 1, 1, 1, 'k', '', 1, '%2$s', '%2$s', 0, 'verified')""".formatted(entryId, startedAt));
    }
}
