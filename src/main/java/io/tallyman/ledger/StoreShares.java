package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Where workers tell each other what they want of a store, over all runs. Safe for use by many threads. */
public final class StoreShares {

    /** What a worker would use in a second; infinite for all it can get. */
    public record Demand(double bytes, double requests) {
        /** Of a worker that has not begun. */
        public static final Demand ALL = new Demand(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    private final DataSource database;

    public StoreShares(DataSource database) {
        this.database = database;
    }

    /**
     * Tells what this worker wants, and returns what the others want that live and share the store with it.
     *
     * @param deadAfter how old the last sign of life of a living worker may be, by the database's clock
     */
    public List<Demand> exchange(Worker worker, String store, Demand own, Duration deadAfter) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement tell = connection.prepareStatement("""
                        update tallyman.worker
                        set store = ?, wanted_bytes_per_second = ?, wanted_requests_per_second = ?
                        where id = ? and stopped_at is null""");
                PreparedStatement ask = connection.prepareStatement("""
                        select wanted_bytes_per_second, wanted_requests_per_second
                        from tallyman.worker
                        where store = ? and stopped_at is null and id <> ?
                          and heartbeat_at > clock_timestamp() - make_interval(secs => ?)""")) {
            tell.setString(1, store);
            set(tell, 2, own.bytes());
            set(tell, 3, own.requests());
            tell.setLong(4, worker.id());
            tell.executeUpdate();
            ask.setString(1, store);
            ask.setLong(2, worker.id());
            ask.setDouble(3, deadAfter.toMillis() / 1000.0);
            List<Demand> others = new ArrayList<>();
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    others.add(new Demand(get(row, 1), get(row, 2)));
                }
            }
            return others;
        }
    }

    private static void set(PreparedStatement statement, int index, double wanted) throws SQLException {
        if (Double.isInfinite(wanted)) {
            statement.setNull(index, Types.DOUBLE);
        } else {
            statement.setDouble(index, wanted);
        }
    }

    private static double get(ResultSet row, int index) throws SQLException {
        double wanted = row.getDouble(index);
        return row.wasNull() ? Double.POSITIVE_INFINITY : wanted;
    }
}
