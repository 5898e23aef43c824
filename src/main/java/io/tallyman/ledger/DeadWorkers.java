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

    /**
     * The stopped workers that may hold entries still, locked; those that another process is looking after are left out. None
     * of them claims any more: a claim holds its worker's row until it is committed.
     */
    static List<Long> unreleased(Connection connection) throws SQLException {
        List<Long> unreleased = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                        select id from tallyman.worker
                        where stopped_at is not null and released_at is null
                        order by id
                        for update skip locked""");
                ResultSet worker = statement.executeQuery()) {
            while (worker.next()) {
                unreleased.add(worker.getLong("id"));
            }
        }
        return unreleased;
    }

    /** Notes of those of them that hold nothing that they need not be looked at again. */
    static void release(Connection connection, List<Long> workers) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update tallyman.worker set released_at = clock_timestamp()
                where id = any (?)
                  and id not in (select worker_id from tallyman.queue where worker_id = any (?))""")) {
            Array ids = connection.createArrayOf("int8", workers.toArray(new Long[0]));
            statement.setArray(1, ids);
            statement.setArray(2, ids);
            statement.executeUpdate();
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
