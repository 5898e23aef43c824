package io.tallyman.scenario;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Looks into the tables as a dashboard or an auditor would. */
final class Ledgers {
    private Ledgers() {}

    /** The rows of a query, each with its columns joined by a blank; null as {@code -}. */
    static List<String> rows(DataSource database, String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    String cell = result.getString(column);
                    cells.add(cell == null ? "-" : cell);
                }
                rows.add(String.join(" ", cells));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
