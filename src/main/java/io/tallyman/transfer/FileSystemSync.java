package io.tallyman.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes everything written so far to a file system durable in one pass: syncfs(2), called directly where this Java can and by
 * {@code sync -f} of GNU coreutils where not. Java itself can only force file by file, and each of those waits for a journal commit
 * of its own. Thread-safe.
 */
final class FileSystemSync {
    private static final Logger LOG = Logger.getLogger(FileSystemSync.class.getName());

    private final boolean calls;
    private final String command;
    private volatile boolean missing;

    FileSystemSync() {
        this(true, "sync");
    }

    /** By another command alone, called as {@code command -f DIRECTORY}. */
    FileSystemSync(String command) {
        this(false, command);
    }

    private FileSystemSync(boolean calls, String command) {
        this.calls = calls;
        this.command = command;
    }

    /** Looked for once, and only where something is to be synced. */
    private static final class Found {
        static final @Nullable SyncfsCall CALL = SyncfsCall.find();
    }

    /**
     * Returns when all data and names of the file system that holds the directory are on disk. An interrupt does not stop it.
     *
     * @return false where this machine cannot, and nothing is known
     * @throws IOException where not all of it could be written; which files are hit is not known
     */
    boolean sync(Path directory) throws IOException {
        SyncfsCall call = calls ? Found.CALL : null;
        return call == null ? byCommand(directory) : byCall(call, directory);
    }

    /** On a thread of its own: it would take the caller's carrier away from all other virtual threads. */
    private static boolean byCall(SyncfsCall call, Path directory) throws IOException {
        FutureTask<SyncfsCall.Result> result = new FutureTask<>(() -> call.sync(directory));
        Thread.ofPlatform().name("syncfs").daemon().start(result);
        return switch (uninterrupted(result::get)) {
            case SYNCED -> true;
            case NOT_CALLED -> false;
            case FAILED -> throw new IOException("the file system could not be synced");
        };
    }

    private boolean byCommand(Path directory) throws IOException {
        Process process = missing ? null : start(directory);
        if (process == null) {
            return false;
        }
        try (InputStream output = process.getInputStream()) {
            String complaint = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (uninterrupted(process::waitFor) != 0) {
                throw new IOException("the file system could not be synced: " + complaint.strip());
            }
        }
        return true;
    }

    private @Nullable Process start(Path directory) {
        try {
            return new ProcessBuilder(command, "-f", "--", directory.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            missing = true;
            LOG.log(Level.WARNING, "no {0} -f here ({1}); files are forced to disk one by one", new Object[] {
                command, e.getMessage()
            });
            return null;
        }
    }

    private interface Wait<T> {
        T end() throws InterruptedException, ExecutionException;
    }

    private static <T> T uninterrupted(Wait<T> wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.end();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
