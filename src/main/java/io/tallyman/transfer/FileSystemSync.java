package io.tallyman.transfer;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes everything written so far to a file system durable in one pass. Java itself can only force file by file, and each of those
 * waits for a journal commit of its own.
 *
 * <p>A pass tells what could not be written since its descriptor was opened, each error once (syncfs(2), Linux 5.8): so a file
 * system is watched through one descriptor from before the first byte until the end, whoever else hears of an error meanwhile. After
 * a pass that failed there is none any more: only the file itself knows by its own fsync whether it was hit, also one that is not
 * whole yet. Thread-safe.
 */
final class FileSystemSync implements Closeable {
    private static final Logger LOG = Logger.getLogger(FileSystemSync.class.getName());

    private final Calls calls;
    private final Map<Object, Watched> byDevice = new ConcurrentHashMap<>();

    /** What is asked of the operating system. */
    interface Calls {
        /** A descriptor of the directory; null where there can be none, or a pass over its file system is not to be trusted. */
        @Nullable
        Integer open(Path directory);

        /** Whether everything could be written. Blocks in the kernel. */
        boolean syncfs(int descriptor);

        void close(int descriptor);
    }

    /** One file system, looked at once; without a descriptor where a pass over it is not to be trusted. */
    private static final class Watched {
        private final @Nullable Integer descriptor;
        private volatile boolean failed;

        Watched(@Nullable Integer descriptor) {
            this.descriptor = descriptor;
        }
    }

    FileSystemSync() {
        this(new FoundCalls());
    }

    FileSystemSync(Calls calls) {
        this.calls = calls;
    }

    /** Looked for once, and only where something is to be synced. */
    private static final class FoundCalls implements Calls {
        private static final @Nullable Calls FOUND = SyncfsCall.find();

        @Override
        public @Nullable Integer open(Path directory) {
            return FOUND == null ? null : FOUND.open(directory);
        }

        @Override
        public boolean syncfs(int descriptor) {
            return FOUND != null && FOUND.syncfs(descriptor);
        }

        @Override
        public void close(int descriptor) {
            if (FOUND != null) {
                FOUND.close(descriptor);
            }
        }
    }

    /** To be called before anything is written to the file system of that directory. */
    void watch(OpenDirectory directory) {
        byDevice.computeIfAbsent(directory.device(), device -> new Watched(calls.open(directory.path())));
    }

    /**
     * Returns when all data and names of the watched file system are on disk. An interrupt does not stop it.
     *
     * @return false where that is not known, and each file has to be forced by itself
     */
    boolean sync(Object device) {
        Watched watched = byDevice.get(device);
        Integer descriptor = watched == null ? null : watched.descriptor;
        if (watched == null || descriptor == null || watched.failed) {
            return false;
        }
        CompletableFuture<Boolean> synced = new CompletableFuture<>();
        try {
            // A virtual thread in the kernel would take the carrier away from all others.
            Thread.ofPlatform()
                    .name("syncfs")
                    .daemon()
                    .start(() -> synced.completeAsync(() -> calls.syncfs(descriptor), Runnable::run));
        } catch (OutOfMemoryError e) {
            // No thread left on this machine; forcing by file needs none.
            return false;
        }
        if (!synced.join()) {
            watched.failed = true;
            LOG.log(
                    Level.WARNING,
                    "a disk could not write all that it was given; each file there is forced by itself from now on");
            return false;
        }
        return true;
    }

    @Override
    public void close() {
        for (Watched watched : byDevice.values()) {
            if (watched.descriptor != null) {
                calls.close(watched.descriptor);
            }
        }
        byDevice.clear();
    }
}
