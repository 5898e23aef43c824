package io.tallyman.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Lets one process at a time start or join the server of a home. The kernel frees the lock of a process that dies. */
final class StartLock {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private StartLock() {}

    /** What is done under the lock. */
    interface Action<T> {
        T run() throws IOException;
    }

    static <T> T holding(PostgresHome home, Action<T> action) {
        // A file lock belongs to the whole JVM, and closing any channel of the file drops it. So threads queue on an
        // object
        // that every class loader of this JVM shares: an interned string.
        synchronized (("io.tallyman.database " + home.directory()).intern()) {
            try (FileChannel channel =
                            FileChannel.open(home.startLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(home, channel)) {
                assert lock.isValid();
                return action.run();
            } catch (IOException e) {
                throw home.unusable(e);
            }
        }
    }

    private static FileLock lock(PostgresHome home, FileChannel channel) throws IOException {
        Patience patience = new Patience(home, "another tallyman to finish starting the database", LIMIT);
        FileLock lock = channel.tryLock();
        while (lock == null) {
            patience.pause();
            lock = channel.tryLock();
        }
        return lock;
    }
}
