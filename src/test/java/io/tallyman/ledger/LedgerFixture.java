package io.tallyman.ledger;

import io.tallyman.database.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** A fresh database with one manifest, and what the tests of the ledger do over and over. */
public final class LedgerFixture {
    public static final Duration DEAD_AFTER = Duration.ofSeconds(45);
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    public final DataSource database = TestDatabase.fresh();
    public final Sql sql = new Sql(database);
    public final Runs runs = new Runs(database);
    public final Recorder recorder = new Recorder(database);
    public final Reclaim reclaim = new Reclaim(database);
    public final WorkerProcess process = WorkerProcess.current();
    public final long manifestId;

    public LedgerFixture(int entries) {
        sql.run("insert into tallyman.manifest (name) values ('m')");
        manifestId = Long.parseLong(sql.rows("select id from tallyman.manifest").get(0));
        sql.run("insert into tallyman.entry (manifest_id, key, path, size_bytes) select " + manifestId
                + ", 'k' || n, 'p' || n, n from generate_series(1, " + entries + ") n");
        enqueue();
        sql.run("analyze tallyman.entry, tallyman.queue");
    }

    /** What an import does for entries that are new. */
    public void enqueue() {
        sql.run("insert into tallyman.queue (entry_id, manifest_id, priority)"
                + " select id, manifest_id, priority from tallyman.entry where state = 'pending'"
                + " on conflict do nothing");
    }

    /** Changes rows of the queue: {@code set} and {@code where} as in SQL, where the entry is e. */
    public void queue(String set, String where) {
        sql.run("update tallyman.queue set " + set + " from tallyman.entry e where e.id = entry_id and " + where);
    }

    public Worker join() throws SQLException {
        return runs.join(manifestId, "dest", process, "1.0", DEAD_AFTER);
    }

    public Claims claims(Worker worker) {
        return new Claims(database, worker);
    }

    /** Its last sign of life is an hour old. */
    public void lose(Worker worker) {
        sql.run("update tallyman.worker set heartbeat_at = now() - interval '1 hour' where id = " + worker.id());
    }

    List<Recorded> record(Worker worker, Recorded... recorded) throws SQLException {
        return recorder.record(worker, List.of(recorded), NOW);
    }

    public static Recorded landed(Claim claim) {
        return new Recorded.Landed(
                claim.entryId(), claim.epoch(), attempted(), true, false, 7, "18446744073709551615", "\"etag\"");
    }

    public static Attempted attempted() {
        return new Attempted(NOW.minusSeconds(10), Duration.ofSeconds(5), 100, 200, "request");
    }
}
