package io.tallyman.database;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A real PostgreSQL kept under the program's home, for everybody who has not configured one. The first process that joins starts
 * the server, later ones share it, and it goes away when the last of them is gone, however it ended; the data stays.
 *
 * <p>Everything committed is durable as with any PostgreSQL: fsync is on. Safe for use by several threads, processes and class loaders.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private final Watcher watcher;
    private final PostgresServer server;

    private EmbeddedPostgres(Watcher watcher, PostgresServer server) {
        this.watcher = watcher;
        this.server = server;
    }

    /**
     * Joins the server of that home until this process ends.
     *
     * @throws DatabaseUnavailableException as {@link #join}
     */
    public static PostgresServer attach(Path home) {
        return join(home).server();
    }

    /**
     * Joins the running server of that home or starts it; the first time this unpacks 60 MB and takes some seconds.
     *
     * @throws DatabaseUnavailableException with one clear line where the home cannot be used or the server does not start
     */
    public static EmbeddedPostgres join(Path home) {
        PostgresHome place = PostgresHome.open(home);
        return StartLock.holding(place, () -> {
            Watcher watcher = Watcher.register(place);
            try {
                UnseenUsers.beSeen(place);
                return new EmbeddedPostgres(watcher, Cluster.in(place).startOrJoin());
            } catch (Throwable e) {
                watcher.close();
                throw e;
            }
        });
    }

    public PostgresServer server() {
        return server;
    }

    /** Leaves the server, which stops when nobody else uses it. Returns at once; the end of the process does the same. Idempotent. */
    @Override
    public void close() {
        watcher.close();
    }

    /**
     * Leaves the server and waits until it has stopped or others were found to use it.
     *
     * @return false where the limit or an interrupt, which stays set, ended the wait
     */
    public boolean closeAndAwait(Duration limit) {
        close();
        try {
            return watcher.awaitEnd(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
