package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What a manifest still has to do, and what was done. Safe for use by many threads. */
@Singleton
public class Backlog {
    private final DataSource database;

    public Backlog(DataSource database) {
        this.database = database;
    }

    /**
     * What is left.
     *
     * @param pending entries waiting to be claimed, now or later
     * @param leased entries held by any worker; they may come back as pending
     * @param untilNext how long until the first pending entry may be claimed, zero for now; null where none is pending
     */
    public record Left(long pending, long leased, @Nullable Duration untilNext) {
        /** Whether every entry is final. */
        public boolean isNothing() {
            return pending == 0 && leased == 0;
        }
    }

    /** Entries by state. */
    public record Tally(long pending, long leased, long verified, long unverified, long failed, long quarantined) {
        public long entries() {
            return pending + leased + verified + unverified + failed + quarantined;
        }
    }

    /** What is left of a manifest. Reads only entries that are not final, so it is quick when few are left. */
    public Left left(long manifestId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select count(*) filter (where worker_id is null) as pending,
                               count(*) filter (where worker_id is not null) as leased,
                               extract(epoch from
                                   min(greatest(coalesce(not_before, now()), now())) filter (where worker_id is null)
                                   - now())::numeric as seconds
                        from tallyman.queue
                        where manifest_id = ?""")) {
            statement.setLong(1, manifestId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Left(row.getLong("pending"), row.getLong("leased"), until(row.getBigDecimal("seconds")));
            }
        }
    }

    /** The entries of a manifest by state. Reads all of them. */
    public Tally tally(long manifestId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select e.pending - q.leased as pending, q.leased, e.verified, e.unverified, e.failed, e.quarantined
                        from (
                            select count(*) filter (where state = 'pending') as pending,
                                   count(*) filter (where state = 'verified') as verified,
                                   count(*) filter (where state = 'unverified') as unverified,
                                   count(*) filter (where state = 'failed') as failed,
                                   count(*) filter (where state = 'quarantined') as quarantined
                            from tallyman.entry
                            where manifest_id = ?
                        ) e, (
                            select count(*) as leased
                            from tallyman.queue
                            where manifest_id = ? and worker_id is not null
                        ) q""")) {
            statement.setLong(1, manifestId);
            statement.setLong(2, manifestId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Tally(
                        row.getLong("pending"),
                        row.getLong("leased"),
                        row.getLong("verified"),
                        row.getLong("unverified"),
                        row.getLong("failed"),
                        row.getLong("quarantined"));
            }
        }
    }

    /** Whether an entry that is not final has a key to sign rather than a URL of its own. */
    public boolean needsSigning(long manifestId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select exists (
                            select from tallyman.queue q
                            join tallyman.entry e on e.id = q.entry_id
                            where q.manifest_id = ? and e.url is null)""")) {
            statement.setLong(1, manifestId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static @Nullable Duration until(@Nullable BigDecimal seconds) {
        return seconds == null
                ? null
                : Duration.ofNanos(seconds.movePointRight(9).longValue());
    }
}
