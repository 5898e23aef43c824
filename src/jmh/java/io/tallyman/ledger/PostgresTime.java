package io.tallyman.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** The processor time of a PostgreSQL server on this machine, all its processes together, those that ended too. */
final class PostgresTime {
    /** Of /proc/PID/stat, counted from the state, which is field 3 (proc(5)): parent, and four kinds of time in ticks. */
    private static final int PARENT = 1;

    private static final int FIRST_TIME = 11;
    private static final double MICROS_PER_TICK = 1e6 / 100;

    private final long postmaster;

    private PostgresTime(long postmaster) {
        this.postmaster = postmaster;
    }

    static PostgresTime ofServer(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return new PostgresTime(Long.parseLong(stat(Path.of("/proc", row.getString(1)))[PARENT]));
        }
    }

    Span begin() {
        return new Span(cpuMicros(), System.nanoTime());
    }

    /** A piece of time, up to now. */
    final class Span {
        private final double cpuBefore;
        private final long begunNanos;

        private Span(double cpuBefore, long begunNanos) {
            this.cpuBefore = cpuBefore;
            this.begunNanos = begunNanos;
        }

        double seconds() {
            return Duration.ofNanos(System.nanoTime() - begunNanos).toNanos() / 1e9;
        }

        double cpuMicros() {
            return PostgresTime.this.cpuMicros() - cpuBefore;
        }
    }

    private double cpuMicros() {
        long ticks = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String[] stat = stat(process);
                boolean itself = process.getFileName().toString().equals(Long.toString(postmaster));
                if (itself || (stat.length > 0 && stat[PARENT].equals(Long.toString(postmaster)))) {
                    // Its own, and of the postmaster also that of the children it has buried.
                    for (int kind = 0; kind < (itself ? 4 : 2); kind++) {
                        ticks += Long.parseLong(stat[FIRST_TIME + kind]);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ticks * MICROS_PER_TICK;
    }

    /** Empty where there is no such process any more. */
    private static String[] stat(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (NoSuchFileException gone) {
            return new String[0];
        } catch (IOException gone) {
            return new String[0];
        }
    }
}
