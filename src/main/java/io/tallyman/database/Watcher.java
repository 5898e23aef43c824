package io.tallyman.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The small shell that outlives this process and stops the server after the last user (see {@code watch.sh}). Its standard input is a pipe
 * that only this process holds open: when it closes, by {@link #close()} or because the process ended in whatever way, the watcher acts.
 */
final class Watcher implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    /** Keeps the pipes reachable, and so open, where a caller drops what it was given. */
    private static final Set<Watcher> OPEN = ConcurrentHashMap.newKeySet();

    private final Process process;

    private Watcher(Process process) {
        this.process = process;
    }

    /** Counts this process among the users of the home; returns when no earlier watcher is stopping the server any more. */
    static Watcher register(PostgresHome home) throws IOException {
        Files.createDirectories(home.users());
        Files.createDirectories(home.stopping());
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-s",
                        home.directory().toString(),
                        home.data(PostgresBinaries.majorVersion()).getFileName().toString(),
                        Long.toString(ProcessHandle.current().pid()))
                .redirectErrorStream(true);
        ServerPrograms.cleanEnvironment(builder.environment());
        Watcher watcher = new Watcher(builder.start());
        OPEN.add(watcher);
        try {
            watcher.sendScript();
            String answer = watcher.answer();
            if (!"registered".equals(answer)) {
                throw home.unusable("this process cannot be registered as a user of the server: " + answer, null);
            }
            Patience patience = new Patience(home, "the database server of an earlier tallyman to stop", STOP_LIMIT);
            while (isStopping(home)) {
                patience.pause();
            }
            return watcher;
        } catch (IOException | RuntimeException e) {
            watcher.close();
            throw e;
        }
    }

    private void sendScript() throws IOException {
        try (InputStream script = Objects.requireNonNull(Watcher.class.getResourceAsStream("watch.sh"))) {
            OutputStream pipe = process.getOutputStream();
            script.transferTo(pipe);
            pipe.flush();
        }
    }

    private String answer() throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(reader.readLine());
    }

    /** A flag whose watcher was killed stops nobody. */
    private static boolean isStopping(PostgresHome home) throws IOException {
        try (DirectoryStream<Path> flags = Files.newDirectoryStream(home.stopping(), "[0-9]*")) {
            for (Path flag : flags) {
                long pid = Long.parseLong(flag.getFileName().toString());
                if (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                    return true;
                }
                Files.deleteIfExists(flag);
            }
            return false;
        }
    }

    /** Closes the pipe. Idempotent. */
    @Override
    public void close() {
        OPEN.remove(this);
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy(); // cannot happen for a pipe without buffered bytes
        }
    }

    /** Waits until the watcher has stopped the server or found other users of it; false where the time was too short. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
