package io.tallyman.transfer;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes everything written so far to a file system durable in one pass. Java itself can only force file by file, and each of those
 * waits for a journal commit of its own. Thread-safe.
 */
interface FileSystemSync {
    /**
     * Returns when all data and names of the file system that holds the directory are on disk. An interrupt does not stop it.
     *
     * @return false where this machine cannot, and nothing is known
     * @throws IOException where not all of it could be written; which files are hit is not known
     */
    boolean sync(Path directory) throws IOException;

    /** syncfs(2), called directly where this Java can and by {@code sync -f} of GNU coreutils where not. */
    static FileSystemSync ofThisMachine() {
        return directory -> Found.SYNC.sync(directory);
    }

    /** Looked for once, and only where something is to be synced. */
    final class Found {
        private static final FileSystemSync SYNC = find();

        private Found() {}

        private static FileSystemSync find() {
            SyncfsCall call = SyncfsCall.find();
            return call == null ? new SyncByCommand("sync") : new SyncByCall(call::sync);
        }
    }
}
