package io.tallyman.transfer;

import java.util.concurrent.Semaphore;

/**
 * How many requests all transfers of a worker may have open at once: as many as the pool has connections. Every transfer waits for its
 * first, and never for another while it holds one, so they cannot wait for each other in a circle; further ones it has only where
 * they are free, and gives them back when somebody waits. Thread-safe.
 */
final class Connections {
    private final Semaphore free;

    Connections(int count) {
        // Fair, so that whoever waits is not passed by those that only try.
        free = new Semaphore(count, true);
    }

    /** Waits until one is free. */
    Held first() throws InterruptedException {
        free.acquire();
        return new Held();
    }

    /** A transfer's first connection. Used by one thread. */
    final class Held implements AutoCloseable {
        private boolean returned;

        private Held() {}

        /** Before its block ends: it will not be needed any more. */
        void returnEarly() {
            close();
        }

        @Override
        public void close() {
            if (!returned) {
                returned = true;
                free.release();
            }
        }
    }

    boolean takeAnother() {
        return !isWanted() && free.tryAcquire();
    }

    /** Whether a transfer waits for its first. */
    boolean isWanted() {
        return free.hasQueuedThreads();
    }

    void giveBack() {
        free.release();
    }
}
