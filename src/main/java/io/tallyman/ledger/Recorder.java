package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Records how leases ended, a batch at a time: queue, entries and attempts in one transaction, so that either all tell it or none
 * does. Only what the worker still holds is changed; for what it holds no more no row is written anywhere. Times are the
 * database's. Safe for use by many threads; what it returned is committed.
 */
@Singleton
public class Recorder {
    // The rows come in the order of their ids, so that rows of the queue are locked in that order (see its comment),
    // and each is
    // looked up once, by its key: what is found goes on from step to step.
    private static final String LOCK = """
            select entry_id from tallyman.queue
            where entry_id = any (?) and worker_id = ?
            order by entry_id
            for update""";

    private static final String SETTLE = """
            with reported as materialized (
                select r.*, statement_timestamp() - make_interval(secs => r.age_millis / 1000.0) as finished_at
                from unnest(%s) as r (%s)
            ), taken as (
                delete from tallyman.queue q
                using reported r
                where q.entry_id = r.entry_id and q.lease_epoch = r.epoch and q.worker_id = ?
                returning r.*, q.manifest_id, q.attempts, q.deferrals
            ), settled as (
                update tallyman.entry e
                set state = t.outcome,
                    lease_epoch = t.epoch,
                    attempts = t.attempts + 1,
                    deferrals = t.deferrals,
                    finished_at = t.finished_at,
                    run_id = ?,
                    actual_size_bytes = t.size_bytes,
                    actual_crc64 = t.crc64::numeric,
                    etag = t.etag,
                    failure_kind = t.failure_kind,
                    failure_message = t.message
                from taken t
                where e.id = t.entry_id
                returning t.*, e.key, e.version_id
            ), noted as (
                insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    number, started_at, finished_at, bytes, http_status, request_id, outcome, adopted, failure_kind,
                    error_code, message)
                select entry_id, epoch, manifest_id, ?, ?, key, version_id,
                    attempts + deferrals + 1, finished_at - make_interval(secs => duration_millis / 1000.0), finished_at,
                    bytes, http_status, request_id, outcome, adopted, failure_kind, error_code, message
                from settled
            )
            select entry_id, epoch from taken""".formatted(
                    RecordedColumn.arrays(RecordedColumn.SETTLING), RecordedColumn.names(RecordedColumn.SETTLING));

    private static final String RETURN = """
            with reported as materialized (
                select r.*, statement_timestamp() - make_interval(secs => r.age_millis / 1000.0) as finished_at
                from unnest(%s) as r (%s)
            ), returned as (
                update tallyman.queue q
                set worker_id = null,
                    attempts = q.attempts + r.burnt,
                    deferrals = q.deferrals + r.deferred,
                    not_before = statement_timestamp() + make_interval(secs => r.delay_millis / 1000.0)
                from reported r
                where q.entry_id = r.entry_id and q.lease_epoch = r.epoch and q.worker_id = ?
                returning r.*, q.manifest_id, q.attempts + q.deferrals as number
            ), explained as (
                update tallyman.entry e
                set failure_kind = r.failure_kind, failure_message = r.message
                from returned r
                where e.id = r.entry_id and r.outcome is not null
                returning r.*, e.key, e.version_id
            ), noted as (
                insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    number, started_at, finished_at, bytes, http_status, request_id, outcome, failure_kind,
                    error_code, message)
                select entry_id, epoch, manifest_id, ?, ?, key, version_id,
                    number, finished_at - make_interval(secs => duration_millis / 1000.0), finished_at,
                    bytes, http_status, request_id, outcome, failure_kind, error_code, message
                from explained
            )
            select entry_id, epoch from returned""".formatted(
                    RecordedColumn.arrays(RecordedColumn.RETURNING), RecordedColumn.names(RecordedColumn.RETURNING));

    private record Lease(long entryId, int epoch) {}

    private final DataSource database;

    public Recorder(DataSource database) {
        this.database = database;
    }

    /**
     * Records a batch, all or nothing of it.
     *
     * @param now by the clock that stamped {@link Attempted#finishedAt()}
     * @return what was fenced: the worker held these no more, and nothing was changed for them
     * @throws IllegalArgumentException where one lease is in the batch twice
     */
    public List<Recorded> record(Worker worker, List<Recorded> batch, Instant now) throws SQLException {
        Map<Lease, Recorded> open = new HashMap<>();
        List<RecordedRow> settled = new ArrayList<>(batch.size());
        List<RecordedRow> returned = new ArrayList<>();
        for (Recorded recorded : batch) {
            if (open.put(new Lease(recorded.entryId(), recorded.epoch()), recorded) != null) {
                throw new IllegalArgumentException(
                        "entry %d, epoch %d is in the batch twice".formatted(recorded.entryId(), recorded.epoch()));
            }
            RecordedRow row = RecordedRow.of(recorded, now);
            (row.isFinal() ? settled : returned).add(row);
        }
        if (open.isEmpty()) {
            return List.of();
        }
        Transaction.in(database, connection -> {
                    KeyedPlans.require(connection);
                    return record(connection, worker, settled, returned);
                })
                .forEach(open::remove);
        return List.copyOf(open.values());
    }

    private static List<Lease> record(
            Connection connection, Worker worker, List<RecordedRow> settled, List<RecordedRow> returned)
            throws SQLException {
        List<Lease> done = new ArrayList<>(settled.size() + returned.size());
        if (!settled.isEmpty() && !returned.isEmpty()) {
            lock(connection, worker, Stream.concat(settled.stream(), returned.stream()));
        }
        if (!settled.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(SETTLE)) {
                int next = RecordedColumn.set(statement, RecordedColumn.SETTLING, settled);
                statement.setLong(next++, worker.id());
                statement.setLong(next++, worker.runId());
                statement.setLong(next++, worker.runId());
                statement.setLong(next, worker.id());
                read(statement, done);
            }
        }
        if (!returned.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(RETURN)) {
                int next = RecordedColumn.set(statement, RecordedColumn.RETURNING, returned);
                statement.setLong(next++, worker.id());
                statement.setLong(next++, worker.runId());
                statement.setLong(next, worker.id());
                read(statement, done);
            }
        }
        return done;
    }

    /** Each statement goes by the order of ids, but one after the other the two would not. */
    private static void lock(Connection connection, Worker worker, Stream<RecordedRow> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            Long[] ids = rows.map(RecordedRow::entryId).toArray(Long[]::new);
            statement.setArray(1, connection.createArrayOf("int8", ids));
            statement.setLong(2, worker.id());
            statement.execute();
        }
    }

    private static void read(PreparedStatement statement, List<Lease> done) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                done.add(new Lease(row.getLong("entry_id"), row.getInt("epoch")));
            }
        }
    }
}
