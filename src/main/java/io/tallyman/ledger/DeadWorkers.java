package io.tallyman.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds workers that died without leaving: by a heartbeat too old, or, where they lived on this machine, at once by their
 * process being no more.
 */
final class DeadWorkers {
    private DeadWorkers() {}

    /** Declares the dead lost, so that their signs of life, claims and recordings no longer count; returns how many. */
    static int declareLost(Connection connection, WorkerProcess observer, Duration deadAfter) throws SQLException {
        Array ended =
                connection.createArrayOf("int8", endedHere(connection, observer).toArray());
        try (PreparedStatement statement = connection.prepareStatement("""
                update tallyman.worker set stopped_at = clock_timestamp(), lost = true
                where stopped_at is null
                  and (id = any(?) or heartbeat_at < clock_timestamp() - make_interval(secs => ?))""")) {
            statement.setArray(1, ended);
            statement.setDouble(2, deadAfter.toMillis() / 1000.0);
            return statement.executeUpdate();
        } finally {
            ended.free();
        }
    }

    private static List<Long> endedHere(Connection connection, WorkerProcess observer) throws SQLException {
        List<Long> ended = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select id, pid, process from tallyman.worker where machine = ? and stopped_at is null")) {
            statement.setString(1, observer.machine());
            try (ResultSet worker = statement.executeQuery()) {
                while (worker.next()) {
                    if (WorkerProcess.hasEnded(worker.getLong("pid"), worker.getString("process"))) {
                        ended.add(worker.getLong("id"));
                    }
                }
            }
        }
        return ended;
    }
}
