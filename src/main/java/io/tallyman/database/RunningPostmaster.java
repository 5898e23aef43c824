package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The server that runs on a data directory, as {@code postmaster.pid} tells (PostgreSQL: pidfile.h). */
record RunningPostmaster(long pid, int port) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;
    private static final long POLL_MILLIS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The server that is ready there; waits for one that is starting or stopping, ignores a file whose process is gone. */
    static Optional<RunningPostmaster> of(Path data) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < PATIENCE.toNanos()) {
            List<String> lines = lines(data.resolve("postmaster.pid"));
            if (lines.isEmpty() || !isAlive(lines.get(PID_LINE))) {
                return Optional.empty();
            }
            if (lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")) {
                return Optional.of(new RunningPostmaster(
                        Long.parseLong(lines.get(PID_LINE).strip()),
                        Integer.parseInt(lines.get(PORT_LINE).strip())));
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("the server on " + data + " neither becomes ready nor stops");
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid.strip()))
                .map(ProcessHandle::isAlive)
                .orElse(false);
    }
}
