package io.tallyman.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A process that uses the embedded database as Tallyman does: waits for the word, attaches, then does what standard input says. */
public final class DatabaseUser {
    private DatabaseUser() {}

    /** Runs until standard input ends; the argument is the home, URL-encoded so that it survives any locale. */
    public static void main(String... args) throws IOException, SQLException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        String command = commands.readLine();
        if (!"attach".equals(command)) {
            return;
        }
        PostgresServer server;
        try {
            server = EmbeddedPostgres.attach(Path.of(URLDecoder.decode(args[0], StandardCharsets.UTF_8)));
        } catch (DatabaseUnavailableException e) {
            say("refused: " + e.getMessage());
            return;
        }
        say("attached");
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            for (command = commands.readLine(); command != null; command = commands.readLine()) {
                say(answer(statement, command));
            }
        }
    }

    /** {@code server}: its process number; {@code clear}, {@code add}, {@code count}: rows of a table. */
    private static String answer(Statement statement, String command) throws SQLException {
        if (command.equals("clear")) {
            statement.execute("drop table if exists crate");
            return "cleared";
        }
        if (command.equals("add")) {
            statement.execute("create table if not exists crate ()");
            statement.execute("insert into crate default values");
            return "added";
        }
        String query = command.equals("count")
                ? "select count(*) from crate"
                : "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)";
        try (ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
