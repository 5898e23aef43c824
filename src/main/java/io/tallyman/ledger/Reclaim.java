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
            return takeBack(connection, lost, deadliest);
        });
    }

    private static Reclaimed takeBack(Connection connection, int lost, int deadliest) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                with orphan as (
                    select e.id, w.id as worker_id, w.run_id, w.host, w.heartbeat_at, w.stopped_at,
                           e.attempts + e.deferrals + 1 as number,
                           case when e.worker_deaths + 1 >= ? then 'quarantined' else 'pending' end as becomes,
                           case when e.worker_deaths + 1 >= ?
                               then 'the worker died while it held the entry, for the ' || e.worker_deaths + 1
                                    || '. time'
                               else 'the worker died while it held the entry'
                           end as message
                    from tallyman.entry e
                    join tallyman.worker w on w.id = e.worker_id
                    where e.state = 'leased' and w.stopped_at is not null
                    order by e.id
                    for update of e skip locked
                ), settled as (
                    update tallyman.entry e
                    set state = o.becomes, worker_id = null, not_before = null,
                        attempts = e.attempts + 1, worker_deaths = e.worker_deaths + 1,
                        finished_at = case when o.becomes = 'quarantined' then o.stopped_at end,
                        run_id = case when o.becomes = 'quarantined' then o.run_id end,
                        failure_kind = 'worker_died', failure_message = o.message
                    from orphan o
                    where e.id = o.id
                    returning e.id, e.lease_epoch, e.manifest_id, e.key, e.version_id, e.path, o.worker_id, o.run_id, o.number,
                        o.heartbeat_at, o.stopped_at, o.becomes, o.message
                ), noted as (
                    insert into tallyman.attempt (entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                        number, started_at, finished_at, bytes, outcome, failure_kind, message)
                    select id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,
                        number, heartbeat_at, stopped_at, 0,
                        case when becomes = 'quarantined' then 'quarantined' else 'retried' end, 'worker_died', message
                    from settled
                )
                select s.becomes, s.id, s.lease_epoch, r.destination, s.path
                from settled s join tallyman.run r on r.id = s.run_id
                order by s.id""")) {
            statement.setInt(1, deadliest);
            statement.setInt(2, deadliest);
            try (ResultSet settled = statement.executeQuery()) {
                int returned = 0;
                List<Quarantined> quarantined = new ArrayList<>();
                while (settled.next()) {
                    if (settled.getString("becomes").equals("pending")) {
                        returned++;
                    } else {
                        quarantined.add(new Quarantined(
                                settled.getLong("id"),
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
