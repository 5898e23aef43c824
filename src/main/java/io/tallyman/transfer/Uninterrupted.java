package io.tallyman.transfer;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** What an interrupt of the caller must not reach; it waits until that is done, and stays. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** A call to the disk. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /**
     * Runs the step on a thread that nobody knows: an interrupt would close the file under it (InterruptibleChannel), and whether the
     * disk had taken the bytes would be told to nobody any more.
     */
    static void run(Step step) throws IOException {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            step.run();
            return true;
        });
        join(Thread.ofVirtual().name("disk").start(task));
        if (task.state() == Future.State.FAILED) {
            switch (task.exceptionNow()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }

    /** Returns when the thread has ended. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
