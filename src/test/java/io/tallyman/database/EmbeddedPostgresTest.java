package io.tallyman.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    private static Path home;

    @BeforeAll
    static void givenAHome() throws IOException {
        home = TestHomes.withPrograms(folder.resolve("home"));
    }

    @AfterAll
    static void unlink() throws IOException {
        TestHomes.unlink(folder);
    }

    @Test
    void keepsItsDataBetweenUsesAndLeavesNothingRunning() throws Exception {
        // Given a table made in a first use
        long first;
        try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
            execute(database, "create table kept as select 42 as number");
            first = serverProcess();
            // When the only user leaves
            assertThat(database.closeAndAwait(LIMIT)).isTrue();
        }
        // Then the server is gone, and the next use finds the table
        assertThat(Postmaster.isServer(first)).isFalse();
        try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
            assertThat(value(database, "select number from kept")).isEqualTo("42");
            assertThat(value(database, "select current_database()")).isEqualTo("tallyman");
            assertThat(database.closeAndAwait(LIMIT)).isTrue();
        }
    }

    @Test
    void isDurableSortsByCodePointAndSpeaksUtf8AndUtc() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
            assertThat(value(database, "show fsync")).isEqualTo("on");
            assertThat(value(database, "show synchronous_commit")).isEqualTo("on");
            assertThat(value(database, "show server_encoding")).isEqualTo("UTF8");
            assertThat(value(database, "show log_timezone")).isEqualTo("UTC");
            assertThat(value(database, "select 'Z' < 'a' and upper('ä') = 'Ä'")).isEqualTo("t");
            assertThat(database.closeAndAwait(LIMIT)).isTrue();
        }
    }

    @Test
    void opensOnlyWithThePasswordThatOnlyTheOwnerCanRead() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
            PostgresServer server = database.server();
            Path password = TestHomes.data(home).resolve("tallyman.password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");
            assertThat(server.toString()).doesNotContain(server.password());
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), "guess")
                            .close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(database.closeAndAwait(LIMIT)).isTrue();
        }
    }

    @Test
    void oneProcessMayJoinTwiceAndLeaveOnce() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.join(home);
                EmbeddedPostgres second = EmbeddedPostgres.join(home)) {
            assertThat(second.server()).isEqualTo(first.server());
            assertThat(first.closeAndAwait(LIMIT)).isTrue();
            assertThat(value(second, "select 1")).isEqualTo("1");
            assertThat(second.closeAndAwait(LIMIT)).isTrue();
        }
    }

    @Test
    void whoComesWhileTheServerStopsWaitsAndStartsItAnew() throws Exception {
        EmbeddedPostgres earlier = EmbeddedPostgres.join(home);
        for (int turn = 0; turn < 5; turn++) {
            // When the last user leaves and the next comes at once
            earlier.close();
            EmbeddedPostgres next = EmbeddedPostgres.join(home);
            // Then it has a server that stays, a new one or the same, never the one that is going away
            assertThat(earlier.closeAndAwait(LIMIT)).isTrue();
            assertThat(value(next, "select 1")).isEqualTo("1");
            earlier = next;
        }
        assertThat(earlier.closeAndAwait(LIMIT)).isTrue();
    }

    @Test
    void aCrashedServerIsReplacedAndWhatWasCommittedIsThere() throws Exception {
        // Given a server that is killed under its user
        try (EmbeddedPostgres victim = EmbeddedPostgres.join(home)) {
            execute(victim, "create table crate as select 42 as number");
            long server = serverProcess();
            ProcessHandle.of(server).orElseThrow().destroyForcibly();
            ForkedUser.awaitGone(server);
            // When somebody joins while that user still lives
            try (EmbeddedPostgres next = EmbeddedPostgres.join(home)) {
                // Then
                assertThat(value(next, "select number from crate")).isEqualTo("42");
                assertThat(victim.closeAndAwait(LIMIT)).isTrue();
                assertThat(next.closeAndAwait(LIMIT)).isTrue();
            }
        }
    }

    @Test
    void aPidFileThatAPowerCutLeftDoesNotStopTheStart() throws Exception {
        EmbeddedPostgres.join(home).closeAndAwait(LIMIT);
        Path pidFile = TestHomes.data(home).resolve("postmaster.pid");
        String ofAnotherProcess =
                ProcessHandle.current().pid() + "\n" + TestHomes.data(home) + "\n1\n5432\n\n\n\nready\n";
        for (String left : new String[] {ofAnotherProcess, "", "\0\0\0\0"}) {
            // Given a file that names a process of ours, or holds nothing, or only zeros
            Files.writeString(pidFile, left);
            // When, then
            try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
                assertThat(value(database, "select 1")).isEqualTo("1");
                assertThat(database.closeAndAwait(LIMIT)).isTrue();
            }
        }
    }

    @Test
    void whoWaitsForTheStartOfAnotherSaysSo() throws Exception {
        try (ForkedUser waiting = ForkedUser.on(home).ready()) {
            // Given another that is starting the database (this test holds its lock)
            try (FileChannel channel = FileChannel.open(
                            home.resolve("postgres/start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
                // When
                waiting.sendAttach();
                // Then
                ForkedUser.await("a line on stderr", () -> waiting.errors().endsWith("\n"));
                assertThat(waiting.errors())
                        .isEqualTo("waiting for another tallyman to finish starting the database in "
                                + home.resolve("postgres") + "\n");
            }
            waiting.attached();
            long server = waiting.server();
            waiting.leave();
            ForkedUser.awaitGone(server);
        }
    }

    private long serverProcess() throws IOException {
        return Long.parseLong(Files.readAllLines(TestHomes.data(home).resolve("postmaster.pid"))
                .getFirst());
    }

    private static void execute(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres database) throws SQLException {
        PostgresServer server = database.server();
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }
}
