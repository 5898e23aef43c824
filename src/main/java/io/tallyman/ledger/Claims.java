package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Claims entries of one manifest for one worker, by priority and then in the order of the file. A claim is committed when it
 * is returned, and no two workers ever hold one entry under one epoch. Of suspects, during which an earlier worker died, a
 * worker holds one at a time, so that the next death tells which of them it was.
 *
 * <p>The claims of a worker go on from where the last one ended, because those that start at the head of the queue again
 * would step over everything already claimed; when a claim comes back short, and now and then in between, it looks from the
 * head for what was put back meanwhile. Must not be called inside a transaction; calls wait for each other.
 */
public final class Claims {
    private static final int RESCAN_EVERY = 64;
    private static final Position HEAD = new Position(Integer.MIN_VALUE, 0);
    private static final Comparator<Claim> ORDER =
            Comparator.<Claim>comparingInt(claim -> -claim.priority()).thenComparingLong(Claim::entryId);

    // Both lock before they limit, and skip what others hold. The worker's row is held meanwhile, so that nobody finds
    // the
    // worker dead and takes back what it holds before this is committed. That the ids go on as an array makes the
    // planner count
    // on a few rows, each looked up by its key, whatever it believes of the tables.
    private static final String CLAIM = """
            with alive as materialized (
                select id from tallyman.worker where id = ? and stopped_at is null for share
            ), suspect as (
                select q.entry_id
                from tallyman.queue q
                where q.manifest_id = ? and q.worker_deaths > 0 and q.worker_id is null
                  and (q.not_before is null or q.not_before <= now())
                  and exists (select from alive)
                  and not exists (
                      select from tallyman.queue h
                      where h.manifest_id = ? and h.worker_deaths > 0 and h.worker_id = ?)
                order by q.worker_deaths, -q.priority, q.entry_id
                limit 1
                for update of q skip locked
            ), fresh as (
                select q.entry_id
                from tallyman.queue q
                where q.manifest_id = ? and q.worker_deaths = 0 and q.worker_id is null
                  and (q.not_before is null or q.not_before <= now())
                  and (-q.priority, q.entry_id) > (?, ?)
                  and exists (select from alive)
                order by -q.priority, q.entry_id
                limit ?
                for update of q skip locked
            ), picked as (
                select entry_id from suspect
                union all
                (select entry_id from fresh limit greatest(0, ? - (select count(*) from suspect)))
            ), claimed as (
                update tallyman.queue q
                set worker_id = ?, lease_epoch = q.lease_epoch + 1, not_before = null
                where q.entry_id = any (array(select entry_id from picked)) and q.worker_id is null
                returning q.entry_id, q.lease_epoch, q.attempts, q.deferrals, q.worker_deaths, q.priority
            )
            select %s
            from claimed c
            join tallyman.entry e on e.id = c.entry_id""".formatted(ClaimRow.COLUMNS);

    /** A place in the order of claims. */
    private record Position(int negatedPriority, long entryId) {}

    private final DataSource database;
    private final Worker worker;
    private final Lock turn = new ReentrantLock();
    private Position reached = HEAD;
    private int sinceHead;

    public Claims(DataSource database, Worker worker) {
        this.database = database;
        this.worker = worker;
    }

    /**
     * Claims up to that many entries that may be tried now, in the order they are to be begun. Empty where there are none at
     * the moment (see {@link Backlog}), or where the worker was declared lost.
     */
    public List<Claim> claim(int limit) throws SQLException {
        // Not synchronized: before JDK 24 that would pin the carrier of a virtual thread to the database's answer.
        turn.lock();
        try {
            return limit <= 0 ? List.of() : claimInTurn(limit);
        } finally {
            turn.unlock();
        }
    }

    private List<Claim> claimInTurn(int limit) throws SQLException {
        if (sinceHead >= RESCAN_EVERY) {
            reached = HEAD;
        }
        boolean fromHead = reached.equals(HEAD);
        sinceHead = fromHead ? 0 : sinceHead + 1;
        List<Claim> claims = new ArrayList<>(claimFrom(reached, limit));
        if (claims.size() < limit && !fromHead) {
            sinceHead = 0;
            claims.addAll(claimFrom(HEAD, limit - claims.size()));
        }
        reached = claims.size() < limit ? HEAD : reached;
        claims.sort(ORDER);
        return List.copyOf(claims);
    }

    /**
     * Gives back everything the worker still holds, unharmed. For a worker with nothing in flight: what it holds then was claimed by a
     * call whose answer was lost with the connection.
     *
     * @return how many entries are pending again
     */
    public int giveBackAll() throws SQLException {
        turn.lock();
        try (Connection connection = database.getConnection()) {
            reached = HEAD;
            return GivingBack.all(connection, worker);
        } finally {
            turn.unlock();
        }
    }

    private List<Claim> claimFrom(Position bound, int limit) throws SQLException {
        List<Claim> claims = Transaction.in(database, connection -> {
            KeyedPlans.require(connection);
            return claim(connection, bound, limit);
        });
        claims.stream()
                .filter(claim -> !claim.suspect())
                .max(ORDER)
                .ifPresent(last -> reached = new Position(-last.priority(), last.entryId()));
        return claims;
    }

    private List<Claim> claim(Connection connection, Position bound, int limit) throws SQLException {
        List<Claim> claims = new ArrayList<>(limit);
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setLong(1, worker.id());
            statement.setLong(2, worker.manifestId());
            statement.setLong(3, worker.manifestId());
            statement.setLong(4, worker.id());
            statement.setLong(5, worker.manifestId());
            statement.setInt(6, bound.negatedPriority());
            statement.setLong(7, bound.entryId());
            statement.setInt(8, limit);
            statement.setInt(9, limit);
            statement.setLong(10, worker.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    claims.add(ClaimRow.read(row));
                }
            }
        }
        return claims;
    }
}
