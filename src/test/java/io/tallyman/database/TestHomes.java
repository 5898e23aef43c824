package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Homes for tests that do not care about unpacking: the programs are a link to those that {@link TestDatabase} uses. */
final class TestHomes {
    private TestHomes() {}

    static Path withPrograms(Path home) throws IOException {
        TestDatabase.server();
        Path programs = TestDatabase.HOME.toAbsolutePath().resolve("postgres").resolve(PostgresBinaries.version());
        Path folder = PostgresHome.open(home).directory();
        Files.createSymbolicLink(folder.resolve(PostgresBinaries.version()), programs);
        return home;
    }

    /** JUnit would remark upon a link that leads out of its folder. */
    static void unlink(Path folder) throws IOException {
        try (Stream<Path> links = Files.find(folder, 3, (path, attributes) -> attributes.isSymbolicLink())) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    static Path data(Path home) {
        return home.resolve("postgres").resolve("data-" + PostgresBinaries.majorVersion());
    }
}
