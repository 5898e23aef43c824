package io.tallyman.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** Real databases for tests: one embedded server per test process, a new migrated database for whoever asks. */
public final class TestDatabase {
    private static final Path HOME = Path.of("target", "test-home");
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
        PostgresServer server = EmbeddedPostgres.attach(HOME);
        String name = "test_" + ProcessHandle.current().pid() + "_" + System.nanoTime() + "_" + COUNT.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String url = server.jdbcUrl().substring(0, server.jdbcUrl().lastIndexOf('/') + 1) + name;
        return new PostgresServer(url, server.username(), server.password());
    }
}
