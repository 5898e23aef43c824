package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Takes back what dead workers held. Each such entry has used up an attempt and becomes a suspect, of which a worker holds
 * one at a time (see {@link Claims}); one that was held by too many dying workers is quarantined. So an entry that kills its
 * worker is found, and those that merely were in its company are not taken for it. Safe for use by many threads and
 * processes at once.
 */
@Singleton
public class Reclaim {
    // Waits for no lock, for it is called by heartbeats: what others have locked, the next call takes back.
    private static final String TAKE_BACK = """
            with orphan as (
                select q.entry_id, q.manifest_id, q.lease_epoch, q.attempts, q.deferrals, w.id as worker_id, w.run_id,
                       w.heartbeat_at, w.stopped_at,
                       case when q.worker_deaths + 1 >= ? then 'quarantined' else 'pending' end as becomes,
                       case when q.worker_deaths + 1 >= ?
                           then 'the worker died while it held the entry, for the ' || q.worker_deaths + 1 || '. time'
                           else 'the worker died while it held the entry'
                       end as message
                from tallyman.queue q
                join tallyman.worker w on w.id = q.worker_id
                where q.worker_id = any (?)
                order by q.entry_id
                for update of q skip locked
            ), returned as (
                update tallyman.queue q
                set worker_id = null, not_before = null,
                    attempts = q.attempts + 1, worker_deaths = q.worker_deaths + 1
                from orphan o
                where q.entry_id = o.entry_id and o.becomes = 'pending'
            ), removed as (
                delete from tallyman.queue q
                using orphan o
                where q.entry_id = o.entry_id and o.becomes = 'quarantined'
            ), settled as (
                update tallyman.entry e
                set state = o.becomes, lease_epoch = o.lease_epoch,
                    attempts = o.attempts + 1, deferrals = o.deferrals,
                    finished_at = case when o.becomes = 'quarantined' then o.stopped_at end,
                    run_id = case when o.becomes = 'quarantined' then o.run_id end,
                    failure_kind = 'worker_died', failure_message = o.message
                from orphan o
                where e.id = o.entry_id
                returning o.*, e.key, e.version_id, e.path
            ), noted as (
                insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    number, started_at, finished_at, bytes, outcome, failure_kind, message)
                select entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                    attempts + deferrals + 1, heartbeat_at, stopped_at, 0,
                    case when becomes = 'quarantined' then 'quarantined' else 'retried' end, 'worker_died', message
                from settled
            )
            select s.becomes, s.entry_id, s.lease_epoch, r.destination, s.path
            from settled s join tallyman.run r on r.id = s.run_id
            order by s.entry_id""";

    private final DataSource database;

    public Reclaim(DataSource database) {
        this.database = database;
    }

    /**
     * What was found.
     *
     * @param lostWorkers workers declared lost by this call
     * @param returned entries pending again
     * @param quarantined entries quarantined as having killed their workers
     */
    public record Reclaimed(int lostWorkers, int returned, List<Quarantined> quarantined) {}

    /**
     * An entry nobody will try again, and where its last worker may have left a part file.
     *
     * @param epoch of its last lease
     * @param destination the folder of that worker's run, as seen from its host
     * @param path below it
     */
    public record Quarantined(long entryId, int epoch, String destination, String path) {}

    /**
     * Declares dead workers lost and takes back their entries, of all manifests.
     *
     * @param observer this process
     * @param deadAfter how old the last sign of life of a living worker may be, by the database's clock
     * @param deadliest at how many dead workers an entry is quarantined
     */
    public Reclaimed reclaim(WorkerProcess observer, Duration deadAfter, int deadliest) throws SQLException {
        return Transaction.in(database, connection -> {
            int lost = DeadWorkers.declareLost(connection, observer, deadAfter);
            List<Long> dead = DeadWorkers.unreleased(connection);
            if (dead.isEmpty()) {
                return new Reclaimed(lost, 0, List.of());
            }
            Reclaimed reclaimed = takeBack(connection, dead, lost, deadliest);
            DeadWorkers.release(connection, dead);
            return reclaimed;
        });
    }

    private static Reclaimed takeBack(Connection connection, List<Long> dead, int lost, int deadliest)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE_BACK)) {
            statement.setInt(1, deadliest);
            statement.setInt(2, deadliest);
            statement.setArray(3, connection.createArrayOf("int8", dead.toArray(new Long[0])));
            try (ResultSet settled = statement.executeQuery()) {
                int returned = 0;
                List<Quarantined> quarantined = new ArrayList<>();
                while (settled.next()) {
                    if (settled.getString("becomes").equals("pending")) {
                        returned++;
                    } else {
                        quarantined.add(new Quarantined(
                                settled.getLong("entry_id"),
                                settled.getInt("lease_epoch"),
                                settled.getString("destination"),
                                settled.getString("path")));
                    }
                }
                return new Reclaimed(lost, returned, List.copyOf(quarantined));
            }
        }
    }
}
