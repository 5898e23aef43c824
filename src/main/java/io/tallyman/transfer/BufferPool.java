package io.tallyman.transfer;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Buffers kept for the next transfer, so that a million small objects do not allocate a million buffers. Thread-safe. */
final class BufferPool {
    private final BlockingQueue<byte[]> idle;
    private final int bufferBytes;

    BufferPool(int maxIdle, int bufferBytes) {
        this.idle = new ArrayBlockingQueue<>(maxIdle);
        this.bufferBytes = bufferBytes;
    }

    /** A buffer with whatever is in it. */
    byte[] take() {
        byte[] buffer = idle.poll();
        return buffer == null ? new byte[bufferBytes] : buffer;
    }

    /** Returns a buffer; where enough are kept it is left to the garbage collector. */
    void give(byte[] buffer) {
        boolean kept = idle.offer(buffer);
        assert kept || idle.remainingCapacity() == 0;
    }
}
