package io.tallyman.database;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder an embedded PostgreSQL lives in and the names inside it.
 *
 * @param directory {@code postgres} under Tallyman's home, absolute; only its owner can read it
 * @param ownerUid the numeric user it and this process belong to; 0 is root
 */
record PostgresHome(Path directory, int ownerUid) {
    private static final int PROBE_BYTES = 4096;

    /** pg_ctl passes the path through a shell in double quotes. */
    private static final Pattern UNSAFE_IN_SHELL = Pattern.compile("[\"$`\\\\\n]");

    /** Opens the folder, making it when missing, and proves that it is this user's own and writable. */
    static PostgresHome open(Path home) {
        Path directory = home.toAbsolutePath().normalize().resolve("postgres");
        if (UNSAFE_IN_SHELL.matcher(directory.toString()).find()) {
            throw unusable(directory, "PostgreSQL cannot live in a path with one of the characters \" $ ` \\", null);
        }
        try {
            Files.createDirectories(home.toAbsolutePath());
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path probe = Files.createTempFile(directory, "probe", null);
            try {
                Files.write(probe, new byte[PROBE_BYTES]); // a full disk still takes an empty file
                Object us = Files.getAttribute(probe, "unix:uid");
                if (!us.equals(Files.getAttribute(directory, "unix:uid"))) {
                    String owner = Files.getOwner(directory).getName();
                    throw unusable(directory, "it belongs to the user " + owner + ", who must run this", null);
                }
                return new PostgresHome(directory, (Integer) us);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            throw unusable(directory, reason(directory, e), e);
        }
    }

    Path log() {
        return directory.resolve("server.log");
    }

    Path startLock() {
        return directory.resolve("start.lock");
    }

    /** There while a server is being started; tells a watcher that one may still appear. */
    Path starting() {
        return directory.resolve("starting");
    }

    /** One file per user of the server, made by its watcher and named after both. */
    Path users() {
        return directory.resolve("users");
    }

    /** One file per watcher that is about to stop the server. */
    Path stopping() {
        return directory.resolve("stopping");
    }

    /** One locked file per process that uses the home. */
    Path alive() {
        return directory.resolve("alive");
    }

    Path data(int majorVersion) {
        return directory.resolve("data-" + majorVersion);
    }

    boolean ownedByRoot() {
        return ownerUid == 0;
    }

    DatabaseUnavailableException unusable(String why, @Nullable Throwable cause) {
        return unusable(directory, why, cause);
    }

    DatabaseUnavailableException unusable(IOException e) {
        return unusable(directory, reason(directory, e), e);
    }

    private static DatabaseUnavailableException unusable(Path directory, String why, @Nullable Throwable cause) {
        String remedy = why.contains("No space left")
                ? "free some space there"
                : "repair that, choose another folder with tallyman.home";
        return new DatabaseUnavailableException(
                "The embedded database cannot run in " + directory + ": " + why + "; " + remedy
                        + ", or name a PostgreSQL of your own in QUARKUS_DATASOURCE_JDBC_URL.",
                cause);
    }

    private static String reason(Path directory, IOException e) {
        if (e instanceof FileAlreadyExistsException inTheWay) {
            return inTheWay.getFile() + " is in the way and is not a folder";
        }
        if (e instanceof AccessDeniedException denied) {
            return "permission denied on " + denied.getFile();
        }
        if (e instanceof FileSystemException named && named.getReason() != null) {
            boolean inside = named.getFile() != null && Path.of(named.getFile()).startsWith(directory);
            return inside ? named.getReason() : named.getFile() + ": " + named.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
