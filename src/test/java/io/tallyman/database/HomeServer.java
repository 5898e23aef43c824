package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What tests do to the embedded server of a home besides using it. */
public final class HomeServer {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private HomeServer() {}

    /** Returns when no server writes to the home any more, so that it can be deleted. Whoever uses it must have ended. */
    public static void awaitStopped(Path home) {
        if (Files.exists(TestHomes.data(home).resolve("postmaster.pid"))
                && !EmbeddedPostgres.join(home).closeAndAwait(PATIENCE)) {
            throw new AssertionError("the server of " + home + " is still running");
        }
    }

    /** Takes it away from under its users and brings it back at the same port, as a crash does: ends every connection without a word and recovers from the log; returns when it listens again. */
    public static void crash(Path home) throws IOException {
        Cluster cluster = Cluster.in(PostgresHome.open(home));
        cluster.programs()
                .run(
                        "pg_ctl",
                        List.of(
                                "restart",
                                "--silent",
                                "--wait",
                                "--mode=immediate",
                                "--pgdata=" + cluster.data().path(),
                                "--log=" + PostgresHome.open(home).log()));
    }
}
