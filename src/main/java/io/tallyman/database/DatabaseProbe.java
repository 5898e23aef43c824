package io.tallyman.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Tries a configured database before anything is built on it. */
public final class DatabaseProbe {
    private static final String LOGIN_TIMEOUT_SECONDS = "10";

    private DatabaseProbe() {}

    /** Connects once and hangs up; throws {@link DatabaseUnavailableException} with one clear line where that fails. */
    public static void check(String jdbcUrl, String username, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", username);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", LOGIN_TIMEOUT_SECONDS);
        try (Connection connection = DriverManager.getConnection(jdbcUrl, properties)) {
            connection.isReadOnly();
        } catch (SQLException e) {
            throw new DatabaseUnavailableException(
                    "the database at " + withoutParameters(jdbcUrl) + " cannot be used: " + firstLine(e)
                            + "; check QUARKUS_DATASOURCE_JDBC_URL, _USERNAME and _PASSWORD and whether it runs",
                    e);
        }
    }

    /** A JDBC URL's parameters may hold a password. */
    private static String withoutParameters(String jdbcUrl) {
        int question = jdbcUrl.indexOf('?');
        return question < 0 ? jdbcUrl : jdbcUrl.substring(0, question);
    }

    private static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message).replaceAll("\\.$", "");
    }
}
