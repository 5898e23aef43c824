package io.tallyman.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusableHomeTest {
    private static final String REMEDY =
            "; repair that, choose another folder with tallyman.home, or name a PostgreSQL of your"
                    + " own in QUARKUS_DATASOURCE_JDBC_URL.";

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void givenAHome() {
        home = folder.resolve("home");
    }

    @AfterEach
    void unlink() throws IOException {
        TestHomes.unlink(folder);
    }

    @Test
    void aFileWhereTheHomeShouldBeIsNamed() throws IOException {
        Files.writeString(home, "not a folder");
        assertRefused(home + " is in the way and is not a folder");
        assertThat(home).hasContent("not a folder");
    }

    @Test
    void aFileWhereTheDatabaseShouldBeIsNamed() throws IOException {
        Files.createDirectories(home);
        Path file = Files.writeString(home.resolve("postgres"), "not a folder");
        assertRefused(file + " is in the way and is not a folder");
    }

    @Test
    void aForeignFolderWhereTheDataShouldBeIsLeftAlone() throws IOException {
        TestHomes.withPrograms(home);
        Path foreign = Files.createDirectories(TestHomes.data(home)).resolve("thesis.txt");
        Files.writeString(foreign, "years of work");
        assertRefused(TestHomes.data(home) + " is in the way and was not made by tallyman");
        assertThat(foreign).hasContent("years of work");
    }

    @Test
    void aForeignFolderWhereTheProgramsShouldBeIsLeftAlone() throws IOException {
        Path foreign = home.resolve("postgres").resolve(PostgresBinaries.version());
        Files.createDirectories(foreign);
        assertRefused(foreign + " is in the way and was not made by tallyman");
    }

    @Test
    void theDataOfAnotherMajorVersionAreNotPassedOverInSilence() throws IOException {
        TestHomes.withPrograms(home);
        Path earlier = Files.createDirectories(home.resolve("postgres/data-17"));
        Files.writeString(earlier.resolve("PG_VERSION"), "17\n");
        assertRefused(earlier + " holds the data of PostgreSQL 17 and this Tallyman brings "
                + PostgresBinaries.majorVersion()
                + " (take the data over with pg_upgrade or a dump, or move the folder away to start empty)");
    }

    @Test
    void aPathThatPostgresCannotHandleIsRefused() {
        home = folder.resolve("a$b");
        assertRefused("PostgreSQL cannot live in a path with one of the characters \" $ ` \\");
    }

    @Test
    void aServerThatCannotStartIsQuoted() throws IOException {
        TestHomes.withPrograms(home);
        EmbeddedPostgres.join(home).closeAndAwait(Duration.ofMinutes(1));
        Files.writeString(TestHomes.data(home).resolve("postgresql.conf"), "shared_bufers = 1\n");
        assertThatThrownBy(() -> EmbeddedPostgres.join(home))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessage(line("pg_ctl ended with 1 (FATAL:  configuration file \"" + TestHomes.data(home)
                        + "/postgresql.conf\" contains errors; see " + home.resolve("postgres/server.log") + ")"));
    }

    @Test
    void aHomeThatAnUnseenTallymanUsesIsLeftToIt() throws IOException {
        TestHomes.withPrograms(home);
        Path alive = Files.createDirectories(home.resolve("postgres/alive"));
        // Given a process that lives and holds its lock, and whose number means nothing here
        try (FileChannel channel = FileChannel.open(
                        alive.resolve("2000000000-1"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                ForkedUser user = ForkedUser.on(home)) {
            assertThat(lock.isValid()).isTrue();
            // When, then
            assertThat(user.refusal())
                    .isEqualTo("refused: "
                            + line("a tallyman in another container or on another machine is using it, and only"
                                    + " one server may run on the data"));
        }
        // And when it is gone
        try (ForkedUser user = ForkedUser.on(home).attach()) {
            assertThat(alive.resolve("2000000000-1")).doesNotExist();
            long server = user.server();
            user.leave();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    void aHalfMadeDatabaseIsMadeAnew() throws IOException {
        TestHomes.withPrograms(home);
        Path making = home.resolve("postgres/data-" + PostgresBinaries.majorVersion() + ".making");
        Files.createDirectories(making.resolve("base"));
        Files.writeString(making.resolve("PG_VERSION"), "18");
        try (EmbeddedPostgres database = EmbeddedPostgres.join(home)) {
            assertThat(making).doesNotExist();
            assertThat(database.closeAndAwait(Duration.ofMinutes(1))).isTrue();
        }
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> EmbeddedPostgres.join(home))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessage(line(why));
    }

    private String line(String why) {
        return "The embedded database cannot run in " + home.resolve("postgres") + ": " + why + REMEDY;
    }
}
