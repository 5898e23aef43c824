package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;

/** Writes down what happened to a run besides its attempts. Safe for use by many threads; what was written is committed. */
public final class Events {

    /**
     * One thing that happened.
     *
     * @param kind one word, see the column's comment
     * @param subject the endpoint or folder it has to do with; never a URL with a query
     * @param message for people, one line
     */
    public record Event(Instant at, String kind, String subject, String message) {}

    private final DataSource database;

    public Events(DataSource database) {
        this.database = database;
    }

    /** Appends what happened to that worker. */
    public void add(Worker worker, List<Event> events) throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        Transaction.in(database, connection -> insert(connection, worker, events));
    }

    private static int insert(Connection connection, Worker worker, List<Event> events) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into tallyman.event (happened_at, manifest_id, run_id, worker_id, kind, subject, message)
                values (?, ?, ?, ?, ?, ?, ?)""")) {
            for (Event event : events) {
                statement.setObject(1, OffsetDateTime.ofInstant(event.at(), ZoneOffset.UTC));
                statement.setLong(2, worker.manifestId());
                statement.setLong(3, worker.runId());
                statement.setLong(4, worker.id());
                statement.setString(5, event.kind());
                statement.setString(6, event.subject());
                statement.setString(7, event.message());
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }
}
