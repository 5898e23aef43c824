package io.tallyman.transfer;

import java.time.Duration;

/** Ends when so many bytes have come, or with the first that comes after so long; then the next begins. Thread-safe. */
final class Interval {
    private final long mostBytes;
    private final long mostNanos;
    private long bytes;
    private long begunNanos = System.nanoTime();

    Interval(long mostBytes, Duration longest) {
        this.mostBytes = mostBytes;
        this.mostNanos = longest.toNanos();
    }

    /** Whether it ends with these bytes; exactly one caller is told so. */
    synchronized boolean endsWith(int more) {
        bytes += more;
        long now = System.nanoTime();
        if (bytes < mostBytes && now - begunNanos < mostNanos) {
            return false;
        }
        bytes = 0;
        begunNanos = now;
        return true;
    }
}
