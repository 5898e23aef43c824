package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The processes that use a server, one file each, and the watcher that outlives this one: a small shell whose standard input is a pipe
 * from us. When the pipe closes, for whatever reason, it strikes this process off and, where no other is left, stops the server.
 *
 * <p>A process that registers and a watcher that stops the server may meet: the one writes its file and then looks for
 * {@code stopping}, the other writes {@code stopping} and then looks for files, so at least one sees the other and gives way.
 */
final class ServerUsers {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    /** Arguments: our pid, the folder of users, the data directory. Signals of a terminal are not for it. */
    private static final String WATCHER = """
            trap '' INT TERM HUP QUIT
            cat >/dev/null
            rm -f "$2/$1"
            used() {
              for user in "$2"/[0-9]*; do
                [ -e "$user" ] || continue
                if kill -0 "${user##*/}" 2>/dev/null; then return 0; fi
                rm -f "$user"
              done
              return 1
            }
            used "$@" && exit 0
            : >"$2/stopping"
            if ! used "$@" && read -r postmaster <"$3/postmaster.pid" && kill -INT "$postmaster"; then
              while kill -0 "$postmaster" 2>/dev/null; do sleep 0.05; done
            fi
            rm -f "$2/stopping"
            """;

    /** Keeps the pipes open as long as this process lives; the system closes them at its end. */
    private static final Queue<Process> WATCHERS = new ConcurrentLinkedQueue<>();

    private final Path users;
    private final Path data;

    ServerUsers(Path users, Path data) {
        this.users = users;
        this.data = data;
    }

    /** Counts this process among the users until it ends; returns when no watcher is stopping the server any more. */
    void register() throws IOException, InterruptedException {
        Files.createDirectories(users);
        String pid = Long.toString(ProcessHandle.current().pid());
        WATCHERS.add(new ProcessBuilder(
                        "/bin/sh", "-c", WATCHER, "tallyman-postgres-watcher", pid, users.toString(), data.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        Files.writeString(users.resolve(pid), "");
        Path stopping = users.resolve("stopping");
        long begun = System.nanoTime();
        while (Files.exists(stopping)) {
            if (System.nanoTime() - begun > STOP_PATIENCE.toNanos()) {
                Files.deleteIfExists(stopping); // its watcher was killed
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
