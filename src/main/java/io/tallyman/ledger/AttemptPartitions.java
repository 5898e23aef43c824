package io.tallyman.ledger;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import javax.sql.DataSource;

/** The daily partitions of attempts. Without one for its day an attempt goes to the default partition and is not lost. */
@Singleton
public class AttemptPartitions {
    /** lock_not_available: somebody reads the default partition for long. */
    private static final String NO_LOCK = "55P03";

    private final DataSource database;

    public AttemptPartitions(DataSource database) {
        this.database = database;
    }

    /** Makes the partitions of today and of days to come, by the database's clock and UTC; returns how many were missing. */
    public int ensure(int days) throws SQLException {
        return ensure("(now() at time zone 'UTC')::date", days);
    }

    /** Makes the partitions of that many days from the given one. Does nothing where a lock cannot be had for now. */
    int ensure(LocalDate first, int days) throws SQLException {
        return ensure("date '" + first + "'", days);
    }

    private int ensure(String firstDay, int days) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select tallyman.ensure_attempt_partitions(" + firstDay + ", ?)")) {
            statement.setInt(1, days);
            try (ResultSet made = statement.executeQuery()) {
                made.next();
                return made.getInt(1);
            }
        } catch (SQLException failure) {
            if (NO_LOCK.equals(failure.getSQLState())) {
                return 0;
            }
            throw failure;
        }
    }
}
