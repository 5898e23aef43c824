package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens, joins and closes runs. Any number of processes may run one manifest at once: the first opens the run, others join
 * it, the last to leave closes it. Safe for use by many threads; whatever a method returned is committed.
 */
@Singleton
public class Runs {
    private final DataSource database;

    public Runs(DataSource database) {
        this.database = database;
    }

    /**
     * Takes part in the manifest's running run, or opens one. A running run without a living worker is closed as stopped
     * first; what its workers held comes back by {@link Reclaim}.
     *
     * @param version of the program
     * @param deadAfter how old the last sign of life of a living worker may be, by the database's clock
     * @throws DestinationDiffersException where a living worker brings the manifest's files to another folder
     */
    public Worker join(long manifestId, String destination, WorkerProcess process, String version, Duration deadAfter)
            throws SQLException {
        return Transaction.in(database, connection -> {
            lock(connection, manifestId);
            DeadWorkers.declareLost(connection, process, deadAfter);
            closeAbandoned(connection, manifestId);
            Long running = running(connection, manifestId, destination);
            long runId = running != null ? running : open(connection, manifestId, destination);
            return new Worker(register(connection, runId, process, version), runId, manifestId);
        });
    }

    /**
     * A sign of life, by the database's clock.
     *
     * @return false where others have declared this worker lost: all it holds is fenced, and it must stop or join anew
     */
    public boolean heartbeat(Worker worker) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "update tallyman.worker set heartbeat_at = clock_timestamp() where id = ? and stopped_at is null")) {
            statement.setLong(1, worker.id());
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * Leaves the run. What the worker still holds is pending again, at once and unharmed.
     *
     * @param state what the run becomes where this was its last worker; not running
     * @return whether this was the last worker, and the run is closed
     */
    public boolean leave(Worker worker, RunState state, int exitCode, Duration deadAfter) throws SQLException {
        if (state == RunState.RUNNING) {
            throw new IllegalArgumentException("a run does not end as running");
        }
        return Transaction.in(database, connection -> {
            lock(connection, worker.manifestId());
            stop(connection, worker);
            return close(connection, worker.runId(), state, exitCode, deadAfter);
        });
    }

    /** Joining and leaving one manifest's runs go one after the other. */
    private static void lock(Connection connection, long manifestId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_advisory_xact_lock(hashtextextended('tallyman.run ' || ?, 0))")) {
            statement.setLong(1, manifestId);
            statement.execute();
        }
    }

    private static void closeAbandoned(Connection connection, long manifestId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update tallyman.run r set state = 'stopped', finished_at = now()
                where r.manifest_id = ? and r.state = 'running'
                  and not exists (select from tallyman.worker w where w.run_id = r.id and w.stopped_at is null)""")) {
            statement.setLong(1, manifestId);
            statement.executeUpdate();
        }
    }

    private static @Nullable Long running(Connection connection, long manifestId, String destination)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select id, destination from tallyman.run where manifest_id = ? and state = 'running'")) {
            statement.setLong(1, manifestId);
            try (ResultSet run = statement.executeQuery()) {
                if (!run.next()) {
                    return null;
                }
                long id = run.getLong("id");
                String theirs = run.getString("destination");
                if (!theirs.equals(destination)) {
                    throw new DestinationDiffersException(id, theirs, destination);
                }
                return id;
            }
        }
    }

    private static long open(Connection connection, long manifestId, String destination) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into tallyman.run (manifest_id, destination) values (?, ?) returning id")) {
            statement.setLong(1, manifestId);
            statement.setString(2, destination);
            try (ResultSet run = statement.executeQuery()) {
                run.next();
                return run.getLong("id");
            }
        }
    }

    private static long register(Connection connection, long runId, WorkerProcess process, String version)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into tallyman.worker (run_id, host, machine, pid, process, version, heartbeat_at)
                values (?, ?, ?, ?, ?, ?, clock_timestamp())
                returning id""")) {
            statement.setLong(1, runId);
            statement.setString(2, process.host());
            statement.setString(3, process.machine());
            statement.setLong(4, process.pid());
            statement.setString(5, process.started());
            statement.setString(6, version);
            try (ResultSet worker = statement.executeQuery()) {
                worker.next();
                return worker.getLong("id");
            }
        }
    }

    private static void stop(Connection connection, Worker worker) throws SQLException {
        // Stopped first: a claim of it that is under way is waited for, and none comes after. All in one transaction: a
        // stopped
        // worker that holds entries looks like one that died.
        try (PreparedStatement statement = connection.prepareStatement("""
                update tallyman.worker set stopped_at = clock_timestamp(), released_at = clock_timestamp()
                where id = ? and stopped_at is null""")) {
            statement.setLong(1, worker.id());
            statement.executeUpdate();
        }
        GivingBack.all(connection, worker);
    }

    private static boolean close(Connection connection, long runId, RunState state, int exitCode, Duration deadAfter)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update tallyman.run r set state = ?, finished_at = now(), exit_code = ?
                where r.id = ? and r.state = 'running'
                  and not exists (
                      select from tallyman.worker w
                      where w.run_id = r.id and w.stopped_at is null
                        and w.heartbeat_at > now() - make_interval(secs => ?))""")) {
            statement.setString(1, state.label());
            statement.setInt(2, exitCode);
            statement.setLong(3, runId);
            statement.setDouble(4, deadAfter.toMillis() / 1000.0);
            return statement.executeUpdate() == 1;
        }
    }
}
