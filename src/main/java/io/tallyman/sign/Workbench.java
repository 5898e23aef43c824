package io.tallyman.sign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a thread needs while it makes one URL: hashes and buffers, too dear to make anew each time. A thread takes one from a
 * small shared shelf and puts it back; a thread-local would leave one behind in each of a million virtual threads. Signing
 * never blocks, so about as many are out at once as there are processors.
 */
final class Workbench {
    private static final int SHELF_SIZE =
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4;
    private static final int TRIES = 4;
    private static final AtomicReferenceArray<Workbench> SHELF = new AtomicReferenceArray<>(SHELF_SIZE);

    final MessageDigest sha256 = digest("SHA-256");
    final MessageDigest sha1 = digest("SHA-1");
    final Ink canonical = new Ink();
    final Ink toSign = new Ink();
    final Ink url = new Ink();
    final byte[] hash = new byte[32];

    private Workbench() {}

    static Workbench take() {
        int place = place();
        for (int i = 0; i < TRIES; i++) {
            Workbench found = SHELF.getAndSet((place + i) & (SHELF_SIZE - 1), null);
            if (found != null) {
                return found;
            }
        }
        return new Workbench();
    }

    void putBack() {
        int place = place();
        for (int i = 0; i < TRIES; i++) {
            if (SHELF.compareAndSet((place + i) & (SHELF_SIZE - 1), null, this)) {
                return;
            }
        }
    }

    private static int place() {
        return (int) Thread.currentThread().threadId();
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
        }
    }
}
