package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes verified part files final: force, find the directory where it was, rename, force the directory. In
 * {@link Durability#GROUP} whoever comes first takes the lead, and all who come while it waits for the disk form the next
 * group; so groups are as large as the disk is slow, and one that is alone waits for nobody. Thread-safe; one instance
 * serves all transfers of a worker.
 */
final class Commits implements Closeable {
    /** Below this, forcing each file costs less than a pass over the whole file system. */
    private static final int SMALLEST_GROUP = 4;

    private final Durability durability;
    private final FileSystemSync fileSystems;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean led = new AtomicBoolean();

    Commits(Durability durability) {
        this(durability, new FileSystemSync());
    }

    Commits(Durability durability, FileSystemSync fileSystems) {
        this.durability = durability;
        this.fileSystems = fileSystems;
    }

    /** To be called before a part file is written in that directory. */
    void begin(OpenDirectory directory) {
        if (durability == Durability.GROUP) {
            fileSystems.watch(directory);
        }
    }

    /** One part file that waits to become final, and what became of it: the leader's until it is settled, and then its thread's. */
    private static final class Waiting {
        private final Thread thread = Thread.currentThread();
        private final PartFile part;
        private final BooleanSupplier stillHeld;
        private volatile boolean settled;
        private boolean renamed;
        private @Nullable IOException failure;

        Waiting(PartFile part, BooleanSupplier stillHeld) {
            this.part = part;
            this.stillHeld = stillHeld;
        }

        /** Keeps the first failure: what follows from it tells less. */
        void fail(IOException e) {
            failure = failure == null ? e : failure;
        }
    }

    /**
     * Returns when the file stands under its final name, replacing one that was there, as durable as the mode promises. Where forcing
     * fails the bytes on disk are not known to be those we wrote, and they are discarded, never forced again. An interrupt does not
     * stop it: what was renamed is to be reported.
     *
     * @param stillHeld asked right before the rename
     * @return false, and nothing renamed, where it is not
     * @throws IOException the file is not final; only where forcing the directory failed it may be visible already, whole
     */
    boolean commit(PartFile part, BooleanSupplier stillHeld) throws IOException {
        Waiting mine = new Waiting(part, stillHeld);
        if (durability != Durability.GROUP) {
            settle(List.of(mine));
        } else {
            part.seal();
            queue.add(mine);
            awaitSettled(mine);
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        return mine.renamed;
    }

    /** Each of a group is woken by itself: through one lock for all they would wake each other one after the other. */
    private void awaitSettled(Waiting mine) {
        boolean interrupted = false;
        while (!mine.settled) {
            if (led.compareAndSet(false, true)) {
                try {
                    if (!mine.settled) {
                        settle(everyoneWaiting());
                    }
                } finally {
                    led.set(false);
                    Waiting next = queue.peek();
                    if (next != null) {
                        LockSupport.unpark(next.thread);
                    }
                }
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Waiting> everyoneWaiting() {
        List<Waiting> group = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            group.add(next);
        }
        return group;
    }

    private void settle(List<Waiting> group) {
        // An interrupt of the leader is not one of the others.
        boolean interrupted = Thread.interrupted();
        try {
            force(group);
            findDirectories(group);
            for (Waiting each : group) {
                rename(each);
            }
            forceDirectories(group);
        } catch (RuntimeException | Error e) {
            // None of them may pass for durable.
            group.forEach(each -> each.fail(new IOException("the files could not be made durable", e)));
        } finally {
            for (Waiting each : group) {
                each.settled = true;
                LockSupport.unpark(each.thread);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void force(List<Waiting> group) {
        if (durability == Durability.NONE) {
            return;
        }
        if (group.size() < SMALLEST_GROUP) {
            group.forEach(Commits::force);
            return;
        }
        byFileSystem(group).forEach((device, members) -> {
            boolean synced = fileSystems.sync(device);
            members.stream().filter(each -> !synced || each.part.mayBeOlder()).forEach(Commits::force);
        });
    }

    private static void force(Waiting each) {
        attempt(each, each.part::force);
    }

    /** A volume that was unmounted lives on while its directories are open here, and what gets its name there is not found. */
    private static void findDirectories(List<Waiting> group) {
        inEachDirectory(group, OpenDirectory::checkItsPath);
    }

    private static void rename(Waiting each) {
        if (each.failure == null) {
            attempt(each, () -> each.renamed = each.part.rename(each.stillHeld));
        }
    }

    private void forceDirectories(List<Waiting> group) {
        if (durability == Durability.NONE) {
            return;
        }
        List<Waiting> renamed = group.stream().filter(each -> each.renamed).toList();
        long directories =
                renamed.stream().map(each -> each.part.directory()).distinct().count();
        if (directories < SMALLEST_GROUP) {
            inEachDirectory(renamed, OpenDirectory::force);
            return;
        }
        byFileSystem(renamed).forEach((device, members) -> {
            if (!fileSystems.sync(device)) {
                inEachDirectory(members, OpenDirectory::force);
            }
        });
    }

    private interface DirectoryStep {
        void run(OpenDirectory directory) throws IOException;
    }

    /** Once for each directory; where it fails, all that are to stand there fail. */
    private static void inEachDirectory(List<Waiting> members, DirectoryStep step) {
        members.stream()
                .collect(Collectors.groupingBy(each -> each.part.directory(), LinkedHashMap::new, Collectors.toList()))
                .forEach((directory, there) -> {
                    try {
                        step.run(directory);
                    } catch (IOException e) {
                        there.forEach(each -> each.fail(e));
                    }
                });
    }

    private static Map<Object, List<Waiting>> byFileSystem(List<Waiting> group) {
        return group.stream()
                .collect(Collectors.groupingBy(
                        each -> each.part.directory().device(), LinkedHashMap::new, Collectors.toList()));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(Waiting each, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            each.fail(e);
        }
    }

    @Override
    public void close() {
        fileSystems.close();
    }
}
