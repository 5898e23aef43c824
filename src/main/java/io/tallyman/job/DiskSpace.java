package io.tallyman.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Keeps a worker from writing where there is no room. Below a watermark, and for a second after a write failed for want of space, nothing
 * new is begun; then it looks again. Where space is not there in time the worker stops. Threads: any.
 */
final class DiskSpace {
    private static final Logger LOG = Logger.getLogger(DiskSpace.class);
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    /** Asks how much is free. */
    @FunctionalInterface
    interface FreeSpace {
        long bytes() throws IOException;
    }

    private final Path root;
    private final FreeSpace freeSpace;
    private final long minFreeBytes;
    private final Duration patience;
    private final StopSignal stop;
    private final PressureLog log;
    private final LongSupplier nanoTime;

    private boolean paused;
    /** A write failed since one succeeded: free space alone does not tell, there are quotas. */
    private boolean suspect;
    /** The last that was begun did not fit; it may be the only one that does not. */
    private boolean roomless;

    private long roomlessNanos;
    private long troubleNanos;
    private long lastFullNanos;
    private long lookNanos;

    DiskSpace(
            Path root,
            FreeSpace freeSpace,
            long minFreeBytes,
            Duration patience,
            StopSignal stop,
            PressureLog log,
            LongSupplier nanoTime) {
        this.root = root;
        this.freeSpace = freeSpace;
        this.minFreeBytes = minFreeBytes;
        this.patience = patience;
        this.stop = stop;
        this.log = log;
        this.nanoTime = nanoTime;
        this.lookNanos = nanoTime.getAsLong();
    }

    /** What is free where the destination is. */
    static FreeSpace of(Path root) {
        return () -> Files.getFileStore(root).getUsableSpace();
    }

    /** How many entries may be in flight: all, one that tries, or none. Looks at the disk at most once a second. */
    synchronized int places(int most) {
        long now = nanoTime.getAsLong();
        if (now - lookNanos >= 0) {
            lookNanos = now + LOOK_NANOS;
            look(now);
        }
        if (paused) {
            return 0;
        }
        return isTrying(now) ? 1 : most;
    }

    /** Whether it is still open what the last failed write says. */
    private boolean isTrying(long now) {
        return suspect && now - lastFullNanos < patience.toNanos();
    }

    /** A write failed for want of space; its entry goes back unharmed. */
    synchronized void full(String message) {
        long now = nanoTime.getAsLong();
        if (!isTrying(now) && !paused) {
            troubleNanos = now;
            log.note("disk_full", root.toString(), "refuses a write: " + message + "; nothing new is begun, " + plan());
        }
        suspect = true;
        lastFullNanos = now;
        paused = true;
        lookNanos = now + LOOK_NANOS;
        stopIfTooLong(troubleNanos, now, "refuses a write: " + message);
    }

    /** A large object was not begun, for it does not fit. Others may. */
    synchronized void noRoom() {
        if (!roomless) {
            roomless = true;
            roomlessNanos = nanoTime.getAsLong();
        }
    }

    /** An object that failed for another reason had room. */
    synchronized void hadRoom() {
        roomless = false;
    }

    /** Nothing is in flight and nothing is due: where all that was begun for so long did not fit, nothing will. */
    synchronized void idle() {
        if (roomless) {
            stopIfTooLong(roomlessNanos, nanoTime.getAsLong(), "has no room for what is left");
        }
    }

    /** The longest that an entry waits that found the disk full or that did not fit, so that there are tries enough to tell. */
    Duration longestWait() {
        return patience.dividedBy(4);
    }

    /** The least that an entry waits that did not fit: room comes slowly, and each look is one of the times it may be put off. */
    Duration nextLook() {
        return patience.dividedBy(20);
    }

    /** A file stands. */
    synchronized void landed() {
        roomless = false;
        if (suspect && !paused) {
            log.note("disk_free", root.toString(), "can be written again, the run goes on");
        }
        suspect = suspect && paused;
    }

    private void look(long now) {
        long free;
        try {
            free = freeSpace.bytes();
        } catch (IOException e) {
            // It cannot be asked; writing will tell.
            paused = false;
            return;
        }
        boolean room = free >= minFreeBytes;
        if (room && paused && !suspect) {
            log.note("disk_free", root.toString(), "has " + mebibytes(free) + " free again, the run goes on");
        }
        if (!room && !paused && !isTrying(now)) {
            troubleNanos = now;
            log.note("disk_full", root.toString(), shortage(free) + "; nothing new is begun, " + plan());
        }
        paused = !room;
        if (paused) {
            stopIfTooLong(troubleNanos, now, shortage(free));
        }
    }

    private void stopIfTooLong(long since, long now, String why) {
        if (now - since >= patience.toNanos() && stop.raise(Ending.DISK_REFUSED)) {
            LOG.errorf("this worker stops: %s %s", root, why);
        }
    }

    private String shortage(long free) {
        return "has " + mebibytes(free) + " free and needs " + mebibytes(minFreeBytes)
                + " (tallyman.run.min-free-space)";
    }

    private String plan() {
        return "looking again every second for " + patience.toSeconds() + " s";
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
