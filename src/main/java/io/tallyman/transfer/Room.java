package io.tallyman.transfer;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What is free at a destination, less a reserve that stays free and less what the objects in flight have still to write. It is asked
 * before a large object is begun: one that cannot fit would fill the disk for all the others. Thread-safe.
 */
final class Room {
    /** Of smaller ones the reserve takes care; so they cost no call. */
    private static final long ASKED_FROM_BYTES = LargeObjects.KEPT_FROM_BYTES;

    private final long reserveBytes;
    private long promisedBytes;

    Room(long reserveBytes) {
        this.reserveBytes = reserveBytes;
    }

    /** What one object may still write. Threads: any. */
    final class Promise {
        private volatile long leftBytes;

        private Promise(long leftBytes) {
            this.leftBytes = leftBytes;
        }

        /** So many bytes are on the disk now, and no longer free. */
        void used(long bytes) {
            if (leftBytes == 0) {
                return;
            }
            synchronized (Room.this) {
                long now = Math.min(bytes, leftBytes);
                leftBytes -= now;
                promisedBytes -= now;
            }
        }

        void giveBack() {
            used(Long.MAX_VALUE);
        }
    }

    /** For an object whose size is not known. */
    Promise none() {
        return new Promise(0);
    }

    /**
     * Room for so many bytes more. Where the file system does not tell what is free, writing will.
     *
     * @throws NoRoomException where they do not fit
     */
    Promise promise(DestinationPath destination, long bytes) throws NoRoomException {
        if (bytes < ASKED_FROM_BYTES) {
            return none();
        }
        long freeBytes = freeBytes(destination);
        if (freeBytes == 0) {
            return none();
        }
        synchronized (this) {
            if (bytes > freeBytes - reserveBytes - promisedBytes) {
                throw new NoRoomException(bytes, freeBytes, reserveBytes, promisedBytes);
            }
            promisedBytes += bytes;
            return new Promise(bytes);
        }
    }

    /** Where the file will be, or would be if its folders were there; 0 where it cannot be told. */
    private static long freeBytes(DestinationPath destination) {
        Path directory = destination.directory();
        long free = directory.toFile().getUsableSpace();
        while (free == 0 && directory != null && !directory.equals(destination.root())) {
            directory = directory.getParent();
            free = directory == null ? 0 : directory.toFile().getUsableSpace();
        }
        return free;
    }

    /** The object does not fit. */
    static final class NoRoomException extends Exception {
        private static final long serialVersionUID = 1L;

        private NoRoomException(long bytes, long freeBytes, long reserveBytes, long promisedBytes) {
            super("needs " + mebibytes(bytes) + ", and of " + mebibytes(freeBytes) + " free at the destination "
                    + mebibytes(reserveBytes) + " stay free (tallyman.run.min-free-space) and "
                    + mebibytes(promisedBytes) + " are for objects in flight; nothing was written");
        }

        private static String mebibytes(long bytes) {
            return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
        }
    }
}
