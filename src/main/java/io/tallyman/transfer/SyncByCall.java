package io.tallyman.transfer;

import io.tallyman.retry.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;

/** By {@link SyncfsCall}, on a thread of its own: it would take the caller's carrier away from all other virtual threads. */
final class SyncByCall implements FileSystemSync {
    private final ToIntFunction<Path> call;
    private final Executor threads;

    SyncByCall(ToIntFunction<Path> call) {
        this(call, task -> Thread.ofPlatform().name("syncfs").daemon().start(task));
    }

    SyncByCall(ToIntFunction<Path> call, Executor threads) {
        this.call = call;
        this.threads = threads;
    }

    @Override
    public boolean sync(Path directory) throws IOException {
        CompletableFuture<Integer> called;
        try {
            called = CompletableFuture.supplyAsync(() -> call.applyAsInt(directory), threads);
        } catch (OutOfMemoryError e) {
            // The machine has no thread left, and forcing file by file needs none.
            return false;
        }
        int errno = called.join();
        if (errno > 0) {
            throw new ErrnoException("the file system could not be synced", errno);
        }
        return errno != SyncfsCall.NOT_CALLED;
    }
}
