package io.tallyman.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The server that runs on a data directory, as its {@code postmaster.pid} tells (lines as in PostgreSQL's pidfile.h). */
record Postmaster(long pid, int port) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;
    /** Recovery after a crash may replay much of the log. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * The server that is ready there; waits while one starts or stops. A file whose server is gone (a crash, a power cut) is removed, for
     * PostgreSQL itself refuses to start where the number in it now belongs to another process or the file is empty.
     */
    static Optional<Postmaster> running(PostgresHome home, Path data) throws IOException {
        Patience patience = new Patience(home, "the database server to become ready or to stop", LIMIT);
        Path file = data.resolve("postmaster.pid");
        while (true) {
            List<String> lines;
            try {
                lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
            long pid = lines.isEmpty() ? 0 : number(lines.get(PID_LINE));
            if (!isServer(pid)) {
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            if (lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")) {
                return Optional.of(new Postmaster(pid, (int) number(lines.get(PORT_LINE))));
            }
            patience.pause();
        }
    }

    private static long number(String line) {
        try {
            return Long.parseLong(line.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether that process lives, is no zombie, and is a PostgreSQL: a number alone may have passed to another process. */
    static boolean isServer(long pid) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (Files.exists(Path.of("/proc/self/stat"))) {
            try {
                return Files.readString(stat, StandardCharsets.ISO_8859_1).matches("(?s)\\d+ \\(postgres\\) [^ZX].*");
            } catch (NoSuchFileException e) {
                return false;
            }
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> command.endsWith("postgres"))
                .orElse(false);
    }
}
