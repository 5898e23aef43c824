package io.tallyman.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Starts the server on the data of a home. The caller holds the start lock and is registered as a user. */
record Cluster(PostgresHome home, ServerPrograms programs, DataDirectory data) {
    private static final String DATABASE = "tallyman";
    /** A port found free may be taken before the server has it. */
    private static final int START_TRIES = 5;

    private static final long LOG_LIMIT_BYTES = 8 << 20;
    private static final String NO_SUCH_DATABASE = "3D000";

    /** Reached over TCP on loopback only; durable, which is PostgreSQL's default, said aloud. */
    private static final String SETTINGS = " -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            + " -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
            + " -c shared_buffers=64MB -c max_connections=100 -c jit=off -c timezone=UTC -c log_timezone=UTC"
            + " -c log_checkpoints=off -c log_destination=stderr -c logging_collector=off";

    static Cluster in(PostgresHome home) throws IOException {
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(home);
        ServerUser user = ServerUser.of(home, binaries, home.data(PostgresBinaries.majorVersion()));
        ServerPrograms programs = new ServerPrograms(home, binaries, user);
        return new Cluster(home, programs, DataDirectory.madeIn(home, programs));
    }

    /** The running server, or a new one, with Tallyman's database in it. */
    PostgresServer startOrJoin() throws IOException {
        Optional<Postmaster> running = Postmaster.running(home, data.path());
        int port = running.isPresent() ? running.get().port() : start();
        PostgresServer server = at(port, DATABASE);
        try {
            connect(server).close();
        } catch (SQLException e) {
            if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
                throw home.unusable("its server refuses us: " + e.getMessage(), e);
            }
            createDatabase(port);
        }
        return server;
    }

    private int start() throws IOException {
        UnseenUsers.refuse(home);
        setAsideLongLog();
        Files.deleteIfExists(home.starting());
        Files.createFile(home.starting());
        try {
            for (int tries = 1; ; tries++) {
                int port = freePort();
                try {
                    programs.run("pg_ctl", arguments(port));
                    return port;
                } catch (ServerPrograms.ProgramFailedException e) {
                    boolean portTaken = String.valueOf(e.getMessage()).contains("could not bind");
                    if (!portTaken || tries == START_TRIES) {
                        throw e;
                    }
                }
            }
        } finally {
            Files.deleteIfExists(home.starting());
        }
    }

    /** pg_ctl makes the server a session of its own, so that a Ctrl-C in the terminal does not reach it. */
    private List<String> arguments(int port) {
        return List.of(
                "start",
                "--silent",
                "--wait",
                "--timeout=600",
                "--pgdata=" + data.path(),
                "--log=" + home.log(),
                "--options=-p " + port + SETTINGS);
    }

    private void setAsideLongLog() throws IOException {
        Path log = home.log();
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private PostgresServer at(int port, String database) throws IOException {
        return new PostgresServer(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, DataDirectory.SUPERUSER, data.password());
    }

    private void createDatabase(int port) throws IOException {
        try (Connection connection = connect(at(port, "postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + DATABASE);
        } catch (SQLException e) {
            throw home.unusable("the database cannot be created: " + e.getMessage(), e);
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }
}
