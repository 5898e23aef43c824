package io.tallyman.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresProcessesTest {
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
    void aSecondProcessJoinsAndTheDataAreSafeWhenTheFirstIsGone() throws Exception {
        try (ForkedUser first = ForkedUser.on(home).attach();
                ForkedUser second = ForkedUser.on(home).attach()) {
            // Given
            long server = first.server();
            assertThat(second.server()).isEqualTo(server);
            first.ask("clear");
            first.ask("add");
            // When the one that started the server ends
            first.leave();
            // Then the other works on, on the same server
            second.ask("add");
            assertThat(second.ask("count")).isEqualTo("2");
            assertThat(second.server()).isEqualTo(server);
            // And when the last ends too, the server does
            second.leave();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    void theServerGoesAwayWhenItsOnlyUserIsKilledAndKeepsWhatWasCommitted() throws Exception {
        try (ForkedUser victim = ForkedUser.on(home).attach();
                ForkedUser next = ForkedUser.on(home)) {
            // Given
            victim.ask("clear");
            victim.ask("add");
            long server = victim.server();
            // When
            victim.kill();
            // Then
            ForkedUser.awaitGone(server);
            next.attach();
            assertThat(next.ask("count")).isEqualTo("1");
            long last = next.server();
            next.leave();
            ForkedUser.awaitGone(last);
        }
    }

    @Test
    void theServerStaysWhenOneOfTwoUsersIsKilled() throws Exception {
        try (ForkedUser victim = ForkedUser.on(home).attach();
                ForkedUser other = ForkedUser.on(home).attach()) {
            victim.ask("clear");
            victim.ask("add");
            victim.kill();
            ForkedUser.await("the victim is struck off", () -> users() == 1);
            assertThat(other.ask("count")).isEqualTo("1");
            long server = other.server();
            other.kill();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    void twoProcessesThatStartAtTheSameInstantOnAFreshHomeShareOneDatabase() throws Exception {
        Path fresh = folder.resolve("fresh"); // not even the programs are there
        try (ForkedUser one = ForkedUser.on(fresh).ready();
                ForkedUser two = ForkedUser.on(fresh).ready()) {
            // When
            one.sendAttach();
            two.sendAttach();
            one.attached();
            two.attached();
            // Then
            long server = one.server();
            assertThat(two.server()).isEqualTo(server);
            assertThat(Files.readString(fresh.resolve("postgres/server.log")))
                    .containsOnlyOnce("The files belonging to this database system will be owned by");
            one.leave();
            two.leave();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    void aHomeMayHaveSpacesQuotesAndLettersOfAnyScript() throws Exception {
        String strange = folder + "/it's a #1 (näher 港口) home";
        try (ForkedUser user = ForkedUser.start(List.of(), System.getProperty("java.class.path"), strange, Map.of())) {
            user.attach();
            user.ask("add");
            assertThat(user.ask("count")).isEqualTo("1");
            long server = user.server();
            user.leave();
            ForkedUser.awaitGone(server);
        }
    }

    private static int users() {
        String[] names = home.resolve("postgres/users").toFile().list((directory, name) -> !name.startsWith("."));
        return names == null ? 0 : names.length;
    }
}
