package io.tallyman.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL kept under the program's home, for everybody who has not configured one. The first process that attaches starts
 * the server, later ones join it, and it goes away when the last of them is gone, however it ended; the data stays.
 *
 * <p>Everything committed is durable as with any PostgreSQL: fsync is on.
 */
public final class EmbeddedPostgres {
    private static final long LOCK_POLL_MILLIS = 50;
    private static final long LOCK_REMARK_MILLIS = 2_000;

    private EmbeddedPostgres() {}

    /**
     * Starts the server of that home or joins the running one; this process counts as its user until it ends.
     *
     * @throws DatabaseUnavailableException with one clear line where the home cannot be used or the server does not start
     */
    public static PostgresServer attach(Path home) {
        Path folder = home.toAbsolutePath().resolve("postgres");
        try {
            Files.createDirectories(home);
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(channel, home)) {
                assert lock.isValid();
                return new PostgresCluster(folder, PostgresBinaries.unpackInto(folder)).startOrJoin();
            }
        } catch (IOException e) {
            throw new DatabaseUnavailableException(
                    "the embedded PostgreSQL under " + folder + " cannot be used ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); set tallyman.home to a folder of yours or QUARKUS_DATASOURCE_JDBC_URL to a server",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailableException("interrupted while the embedded PostgreSQL was starting", e);
        }
    }

    /** The lock under which the server is unpacked, initialised, started and joined, by one process at a time. */
    private static FileLock lock(FileChannel channel, Path home) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        boolean remarked = false;
        FileLock lock = channel.tryLock();
        while (lock == null) {
            if (!remarked && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) > LOCK_REMARK_MILLIS) {
                System.err.println("waiting for another tallyman to finish starting the database in " + home);
                remarked = true;
            }
            Thread.sleep(LOCK_POLL_MILLIS);
            lock = channel.tryLock();
        }
        return lock;
    }
}
