package io.tallyman.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** By a command, called as {@code command -f DIRECTORY}. */
final class SyncByCommand implements FileSystemSync {
    private static final Logger LOG = Logger.getLogger(SyncByCommand.class.getName());

    private final String command;
    private volatile boolean missing;

    SyncByCommand(String command) {
        this.command = command;
    }

    @Override
    public boolean sync(Path directory) throws IOException {
        Process process = missing ? null : start(directory);
        if (process == null) {
            return false;
        }
        try (InputStream output = process.getInputStream()) {
            String complaint = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.onExit().join().exitValue() != 0) {
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
}
