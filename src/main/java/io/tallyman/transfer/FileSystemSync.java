package io.tallyman.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes everything written so far to a file system durable in one pass: {@code sync -f} of GNU coreutils, which calls syncfs(2). Java
 * itself can only force file by file, and each of those waits for a journal commit of its own. Thread-safe.
 */
final class FileSystemSync {
    private static final Logger LOG = Logger.getLogger(FileSystemSync.class.getName());

    private final String command;
    private volatile boolean missing;

    FileSystemSync() {
        this("sync");
    }

    /** With another command, called as {@code command -f DIRECTORY}. */
    FileSystemSync(String command) {
        this.command = command;
    }

    /**
     * Returns when all data and names of the file system that holds the directory are on disk. An interrupt does not stop it.
     *
     * @return false where this machine cannot, and nothing is known
     * @throws IOException where not all of it could be written; which files are hit is not known
     */
    boolean sync(Path directory) throws IOException {
        Process process = missing ? null : start(directory);
        if (process == null) {
            return false;
        }
        try (InputStream output = process.getInputStream()) {
            String complaint = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (exitCode(process) != 0) {
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

    private static int exitCode(Process process) {
        boolean interrupted = false;
        while (true) {
            try {
                int code = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return code;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
