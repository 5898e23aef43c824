package io.tallyman.job;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Ends this process without any clearing up when a point is passed for the n-th time. Thread-safe. */
final class Death {
    /** What a process killed by SIGKILL ends with, as a shell reports it. */
    private static final int EXIT_CODE = 137;

    private final DeathPoint point;
    private final int pass;
    private final boolean halts;
    private final AtomicInteger passed = new AtomicInteger();

    /** {@code halts}: by itself and at once; otherwise it says on standard output that it is there, stays, and its parent kills it. */
    Death(DeathPoint point, int pass, boolean halts) {
        this.point = point;
        this.pass = pass;
        this.halts = halts;
    }

    void pass(DeathPoint here) {
        if (here != point || passed.incrementAndGet() != pass) {
            return;
        }
        if (halts) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        System.out.println("there");
        System.out.flush();
        while (true) {
            LockSupport.park();
        }
    }
}
