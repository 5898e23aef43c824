package io.tallyman.database;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The server's data and the password that opens it, made once and from then on never deleted by us.
 *
 * @param path {@code data-18} under the home
 */
record DataDirectory(Path path) {
    static final String SUPERUSER = "tallyman";
    private static final int PASSWORD_BYTES = 24;

    /** Makes the data where there is none; refuses what another version or somebody else made. The caller holds the start lock. */
    static DataDirectory madeIn(PostgresHome home, ServerPrograms programs) throws IOException {
        int major = PostgresBinaries.majorVersion();
        DataDirectory data = new DataDirectory(home.data(major));
        if (Files.exists(data.path)) {
            data.check(home, major);
        } else {
            refuseOtherVersions(home, major);
            data.make(home, programs);
        }
        return data;
    }

    String password() throws IOException {
        return Files.readString(passwordFile(path));
    }

    private static Path passwordFile(Path data) {
        return data.resolve("tallyman.password");
    }

    private static Path making(Path data) {
        return data.resolveSibling(data.getFileName() + ".making");
    }

    private void check(PostgresHome home, int major) throws IOException {
        Path version = path.resolve("PG_VERSION");
        if (!Files.isRegularFile(version) || !Files.isRegularFile(passwordFile(path))) {
            throw home.unusable(path + " is in the way and was not made by tallyman", null);
        }
        String found = Files.readString(version).strip();
        if (!found.equals(Integer.toString(major))) {
            throw otherVersion(home, path, found, major);
        }
    }

    /** Starting empty beside the data of an earlier version would look like a loss. */
    private static void refuseOtherVersions(PostgresHome home, int major) throws IOException {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(home.directory(), "data-[0-9]*")) {
            for (Path other : others) {
                Path version = other.resolve("PG_VERSION");
                if (!other.equals(making(home.data(major))) && Files.isRegularFile(version)) {
                    throw otherVersion(home, other, Files.readString(version).strip(), major);
                }
            }
        }
    }

    private static DatabaseUnavailableException otherVersion(PostgresHome home, Path data, String found, int major) {
        return home.unusable(
                data + " holds the data of PostgreSQL " + found + " and this Tallyman brings " + major
                        + " (take the data over with pg_upgrade or a dump, or move the folder away to start empty)",
                null);
    }

    /** initdb works beside the final name, so that a half-made database is never taken for a whole one. */
    private void make(PostgresHome home, ServerPrograms programs) throws IOException {
        Path making = making(path);
        Path password = home.directory().resolve("password.making");
        FileTrees.delete(making);
        Files.deleteIfExists(password);
        try {
            Files.createDirectory(
                    making, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createFile(
                    password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            byte[] secret = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(secret);
            Files.writeString(password, HexFormat.of().formatHex(secret));
            programs.user().own(making);
            programs.user().own(password);
            programs.run(
                    "initdb",
                    List.of(
                            "--pgdata=" + making,
                            "--username=" + SUPERUSER,
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
            Files.move(password, passwordFile(making));
            FileTrees.force(making);
        } catch (IOException | RuntimeException e) {
            FileTrees.delete(making);
            Files.deleteIfExists(password);
            throw e;
        }
        Files.move(making, path, StandardCopyOption.ATOMIC_MOVE);
        FileTrees.force(home.directory());
    }
}
