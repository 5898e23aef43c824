package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.sql.DataSource;

/** Looks at a test's database and changes it, past the code under test. */
public final class Sql {
    private final DataSource database;

    public Sql(DataSource database) {
        this.database = database;
    }

    /** What is done with a row. */
    @FunctionalInterface
    public interface Row {
        void take(ResultSet row) throws SQLException;
    }

    public void run(String statement) {
        try (Connection connection = database.getConnection();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(statement, failure);
        }
    }

    public void each(String query, Row taker) {
        try (Connection connection = database.getConnection();
                Statement run = connection.createStatement();
                ResultSet rows = run.executeQuery(query)) {
            while (rows.next()) {
                taker.take(rows);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(query, failure);
        }
    }

    /** The rows with | between their columns. */
    public List<String> rows(String query) {
        List<String> rows = new ArrayList<>();
        each(query, row -> {
            StringJoiner columns = new StringJoiner("|");
            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                columns.add(row.getString(column));
            }
            rows.add(columns.toString());
        });
        return rows;
    }
}
