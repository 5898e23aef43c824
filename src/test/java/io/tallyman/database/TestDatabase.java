package io.tallyman.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** Real databases for tests: one embedded server per test process, a new migrated database for whoever asks. */
public final class TestDatabase {
    static final Path HOME = Path.of("target", "test-postgres");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    /** A database of its own with all migrations applied. */
    public static DataSource fresh() {
        PostgresServer database = freshServer();
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(database.username());
        dataSource.setPassword(database.password());
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("tallyman", "report")
                .defaultSchema("tallyman")
                .load()
                .migrate();
        return dataSource;
    }

    /** An empty database of its own. */
    public static PostgresServer freshServer() {
        PostgresServer server = server();
        String name = "test_" + ProcessHandle.current().pid() + "_" + System.nanoTime() + "_" + COUNT.incrementAndGet();
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String url = server.jdbcUrl().substring(0, server.jdbcUrl().lastIndexOf('/') + 1) + name;
        return new PostgresServer(url, server.username(), server.password());
    }

    /** The server itself, started when first asked for. */
    static PostgresServer server() {
        return Shared.SERVER;
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }

    private static final class Shared {
        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            PostgresServer server = EmbeddedPostgres.attach(HOME);
            try (Connection connection = connect(server);
                    Statement statement = connection.createStatement()) {
                for (String database : leftovers(statement)) {
                    statement.execute("drop database if exists " + database + " with (force)");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return server;
        }

        /** The databases of test processes that are gone. */
        private static List<String> leftovers(Statement statement) throws SQLException {
            List<String> leftovers = new ArrayList<>();
            try (ResultSet names =
                    statement.executeQuery("select datname from pg_database where datname ~ '^test_\\d+_'")) {
                while (names.next()) {
                    long pid = Long.parseLong(names.getString(1).replaceAll("^test_|_.*", ""));
                    if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                        leftovers.add(names.getString(1));
                    }
                }
            }
            return leftovers;
        }
    }
}
