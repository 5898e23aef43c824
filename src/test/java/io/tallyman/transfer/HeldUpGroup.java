package io.tallyman.transfer;

import static org.awaitility.Awaitility.await;

import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.function.IntPredicate;

/**
 * Files {@code object-0}, {@code object-1} and so on that are about to become final, each in a thread of its own: the first leads and is
 * held up at its rename, and the others wait for it.
 */
final class HeldUpGroup implements AutoCloseable {
    /** What each came to, the leader's first. */
    final List<FutureTask<Landed>> landings = new ArrayList<>();

    final List<Thread> threads = new ArrayList<>();
    private final CompletableFuture<Boolean> released = new CompletableFuture<>();
    private final Directories directories;

    /** Whether a file was renamed, and its thread was interrupted afterwards. */
    record Landed(boolean renamed, boolean interrupted) {}

    HeldUpGroup(Path root, Commits commits, int files) throws Exception {
        this(root, new Directories(), commits, files, number -> true);
    }

    /** The same, where each is asked for its lease by its number before its rename. */
    HeldUpGroup(Path root, Directories directories, Commits commits, int files, IntPredicate stillHeld)
            throws Exception {
        this.directories = directories;
        for (int number = 0; number < files; number++) {
            DestinationPath destination = DestinationPath.under(root, "object-" + number);
            OpenDirectory directory = directories.make(destination);
            commits.begin(directory);
            PartFile part =
                    PartFile.create(directory, new TransferRequest(number + 1, 1, destination, Expectations.NONE));
            part.write("whole".getBytes(StandardCharsets.US_ASCII), 0, 5);
            int mine = number;
            FutureTask<Landed> landing = new FutureTask<>(() -> {
                try (directory;
                        part) {
                    boolean renamed = commits.commit(part, () -> (mine > 0 || released.join()) && stillHeld.test(mine));
                    return new Landed(renamed, Thread.interrupted());
                }
            });
            landings.add(landing);
            Thread thread = Thread.ofVirtual().start(landing);
            threads.add(thread);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> thread.getState() == Thread.State.WAITING);
        }
    }

    /** Lets the leader go on. */
    void release() {
        released.complete(true);
    }

    @Override
    public void close() throws IOException {
        release();
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
        directories.close();
    }
}
