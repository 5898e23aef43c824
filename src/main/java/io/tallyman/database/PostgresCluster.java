package io.tallyman.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The data directory under one home and the server on it. The caller holds the start lock. */
final class PostgresCluster {
    private static final String SUPERUSER = "tallyman";
    private static final String DATABASE = "tallyman";
    private static final int START_SECONDS = 60;
    /** A port found free may be taken before the server has it. */
    private static final int START_TRIES = 3;

    private static final String SETTINGS = """

            # Tallyman: one machine, one user; reached over TCP on loopback only.
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 100
            shared_buffers = 64MB
            max_wal_size = 1GB
            jit = off
            log_destination = stderr
            logging_collector = off
            """;

    private final Path folder;
    private final Path programs;
    private final Path data;
    private final Path passwordFile;
    private final Path log;

    PostgresCluster(Path folder, Path programs) {
        this.folder = folder;
        this.programs = programs;
        this.data = folder.resolve("data");
        this.passwordFile = folder.resolve("password");
        this.log = folder.resolve("server.log");
    }

    PostgresServer startOrJoin() throws IOException, InterruptedException {
        initialise();
        ServerUsers users = new ServerUsers(folder.resolve("users"), data);
        users.register();
        Optional<RunningPostmaster> running = RunningPostmaster.of(data);
        for (int tries = 1; running.isEmpty(); tries++) {
            start(tries);
            running = RunningPostmaster.of(data);
        }
        PostgresServer server = server(running.get().port(), DATABASE);
        createDatabase(server(running.get().port(), "postgres"));
        return server;
    }

    private PostgresServer server(int port, String database) throws IOException {
        return new PostgresServer(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, SUPERUSER, Files.readString(passwordFile));
    }

    /** Makes the data directory where there is none; one that was left half made is begun anew. */
    private void initialise() throws IOException, InterruptedException {
        Path made = data.resolve("tallyman.made");
        if (Files.exists(made)) {
            return;
        }
        run(List.of("rm", "-rf", data.toString()));
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        Files.writeString(passwordFile, HexFormat.of().formatHex(secret));
        runAsServer(List.of(
                program("initdb"),
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--data-checksums"));
        Files.writeString(data.resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
        Files.createFile(made);
    }

    private void start(int tries) throws IOException, InterruptedException {
        int port = freePort();
        try {
            runAsServer(List.of(
                    program("pg_ctl"),
                    "start",
                    "--pgdata=" + data,
                    "--wait",
                    "--timeout=" + START_SECONDS,
                    "--silent",
                    "--log=" + log,
                    "--options=-p " + port));
        } catch (IOException e) {
            if (tries == START_TRIES) {
                throw new IOException(e.getMessage() + ", see " + log, e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void createDatabase(PostgresServer server) throws IOException {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            try (ResultSet exists =
                    statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (exists.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        } catch (SQLException e) {
            throw new IOException("no connection to the server just started: " + e.getMessage(), e);
        }
    }

    private String program(String name) {
        return programs.resolve("bin").resolve(name).toString();
    }

    /** PostgreSQL refuses to run as root: there it runs in a user namespace, or else as nobody. */
    private void runAsServer(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            if (succeeds("unshare", "-U", "true")) {
                whole.addAll(List.of("unshare", "-U"));
            } else {
                run(List.of("chown", "-R", "65534:65534", folder.toString()));
                whole.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            }
        }
        whole.addAll(command);
        run(whole);
    }

    private boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    /** Output goes to the log; only its last line is quoted where the command fails. */
    private void run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        builder.directory(folder.toFile());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        process.getOutputStream().close();
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException(
                    Path.of(command.getFirst()).getFileName() + " ended with " + exitCode + ": " + lastLine());
        }
    }

    private String lastLine() throws IOException {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return lines.isEmpty() ? "no output" : lines.getLast();
        } catch (NoSuchFileException e) {
            return "no output";
        }
    }
}
