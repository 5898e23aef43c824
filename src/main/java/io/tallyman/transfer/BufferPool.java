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
    Loan take() {
        byte[] buffer = idle.poll();
        return new Loan(buffer == null ? new byte[bufferBytes] : buffer);
    }

    /** One buffer in use by one thread. */
    final class Loan implements AutoCloseable {
        private final byte[] buffer;
        private boolean returned;

        private Loan(byte[] buffer) {
            this.buffer = buffer;
        }

        /** Not to be touched after {@link #close}. */
        byte[] bytes() {
            return buffer;
        }

        /** Returns the buffer before its block ends: it will not be needed any more. */
        void returnEarly() {
            close();
        }

        /** Returns the buffer, once; where enough are kept it is left to the garbage collector. */
        @Override
        public void close() {
            if (!returned) {
                returned = true;
                boolean kept = idle.offer(buffer);
                assert kept || idle.remainingCapacity() == 0;
            }
        }
    }
}
