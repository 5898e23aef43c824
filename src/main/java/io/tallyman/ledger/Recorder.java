package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records how leases ended, a batch at a time: entries and attempts in one statement, so that either both tell it or neither
 * does. Only what the worker still holds is changed; for what it holds no more no row is written anywhere. Times are the
 * database's. Safe for use by many threads; what it returned is committed.
 */
@Singleton
public class Recorder {
    // Locked in the order of ids, as the import does, so that the two never wait for each other in a circle.
    private static final String RECORD = """
            with reported as (
                select r.*, statement_timestamp() - make_interval(secs => r.age_millis / 1000.0) as finished_at
                from unnest(%s) as r (entry_id, epoch, state, outcome, burnt, deferred, delay_millis, age_millis,
                    duration_millis, bytes, http_status, request_id, adopted, size_bytes, crc64, etag, failure_kind,
                    error_code, message)
            ), held as (
                select e.id, e.attempts + e.deferrals + 1 as number
                from tallyman.entry e
                join reported r on r.entry_id = e.id and r.epoch = e.lease_epoch
                where e.state = 'leased' and e.worker_id = ?
                order by e.id
                for update of e
            ), settled as (
                update tallyman.entry e
                set state = r.state,
                    worker_id = null,
                    attempts = e.attempts + r.burnt,
                    deferrals = e.deferrals + r.deferred,
                    not_before = statement_timestamp() + make_interval(secs => r.delay_millis / 1000.0),
                    finished_at = case when r.state <> 'pending' then r.finished_at end,
                    run_id = case when r.state <> 'pending' then ? end,
                    actual_size_bytes = r.size_bytes,
                    actual_crc64 = r.crc64::numeric,
                    etag = r.etag,
                    failure_kind = case when r.outcome is null then e.failure_kind else r.failure_kind end,
                    failure_message = case when r.outcome is null then e.failure_message else r.message end
                from held h, reported r
                where e.id = h.id and r.entry_id = e.id and r.epoch = e.lease_epoch
                returning e.id, e.lease_epoch, e.manifest_id, e.key, e.version_id, h.number
            ), noted as (
                insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    number, started_at, finished_at, bytes, http_status, request_id, outcome, adopted, failure_kind,
                    error_code, message)
                select s.id, s.lease_epoch, s.manifest_id, ?, ?, s.key, s.version_id,
                    s.number, r.finished_at - make_interval(secs => r.duration_millis / 1000.0), r.finished_at, r.bytes,
                    r.http_status, r.request_id, r.outcome, r.adopted, r.failure_kind, r.error_code, r.message
                from settled s
                join reported r on r.entry_id = s.id and r.epoch = s.lease_epoch
                where r.outcome is not null
            )
            select id, lease_epoch from settled""".formatted(
            Column.ALL.stream().map(column -> "?::" + column.type() + "[]").collect(Collectors.joining(", ")));

    /** One array of the statement. */
    private record Column(String type, Function<RecordedRow, @Nullable Object> value) {
        static final List<Column> ALL = List.of(
                new Column("int8", RecordedRow::entryId),
                new Column("int4", RecordedRow::epoch),
                new Column("text", RecordedRow::state),
                new Column("text", RecordedRow::outcome),
                new Column("int4", RecordedRow::burnt),
                new Column("int4", RecordedRow::deferred),
                new Column("int8", RecordedRow::delayMillis),
                new Column("int8", RecordedRow::ageMillis),
                new Column("int8", RecordedRow::durationMillis),
                new Column("int8", RecordedRow::bytes),
                new Column("int4", RecordedRow::httpStatus),
                new Column("text", RecordedRow::requestId),
                new Column("bool", RecordedRow::adopted),
                new Column("int8", RecordedRow::sizeBytes),
                new Column("text", RecordedRow::crc64),
                new Column("text", RecordedRow::etag),
                new Column("text", RecordedRow::failureKind),
                new Column("text", RecordedRow::errorCode),
                new Column("text", RecordedRow::message));
    }

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
        List<RecordedRow> rows = new ArrayList<>(batch.size());
        for (Recorded recorded : batch) {
            if (open.put(new Lease(recorded.entryId(), recorded.epoch()), recorded) != null) {
                throw new IllegalArgumentException(
                        "entry %d, epoch %d is in the batch twice".formatted(recorded.entryId(), recorded.epoch()));
            }
            rows.add(RecordedRow.of(recorded, now));
        }
        if (rows.isEmpty()) {
            return List.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORD)) {
            int parameter = 1;
            for (Column column : Column.ALL) {
                Array array = connection.createArrayOf(
                        column.type(), rows.stream().map(column.value()).toArray());
                statement.setArray(parameter++, array);
            }
            statement.setLong(parameter++, worker.id());
            statement.setLong(parameter++, worker.runId());
            statement.setLong(parameter++, worker.runId());
            statement.setLong(parameter, worker.id());
            try (ResultSet settled = statement.executeQuery()) {
                while (settled.next()) {
                    open.remove(new Lease(settled.getLong("id"), settled.getInt("lease_epoch")));
                }
            }
        }
        return List.copyOf(open.values());
    }
}
