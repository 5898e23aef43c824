package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Takes the embedded server of a home away from under its users, as a failover or a crash does, and brings it back at the same port. */
public final class Restart {
    private Restart() {}

    /** Ends every connection without a word and recovers from the log; returns when it listens again. */
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
