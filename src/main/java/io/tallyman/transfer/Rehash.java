package io.tallyman.transfer;

import io.tallyman.verify.Crc64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Compares kept pieces with their checksums, as many at once as there are processors. */
final class Rehash {
    private Rehash() {}

    /** The pieces whose bytes are still those that were recorded; one that cannot be read is not among them. */
    static List<KeptPiece> intact(PartFile part, List<KeptPiece> pieces, BufferPool buffers)
            throws IOException, InterruptedException {
        AtomicIntegerArray intact = new AtomicIntegerArray(pieces.size());
        try (FileChannel file = part.openForReading()) {
            AtomicInteger next = new AtomicInteger();
            Runnable work = () -> {
                try (BufferPool.Loan buffer = buffers.take()) {
                    for (int i = next.getAndIncrement();
                            i < pieces.size() && file.isOpen();
                            i = next.getAndIncrement()) {
                        if (isIntact(file, pieces.get(i), buffer.bytes())) {
                            intact.set(i, 1);
                        }
                    }
                }
            };
            List<Thread> others = new ArrayList<>();
            for (int i = 1; i < Math.min(Runtime.getRuntime().availableProcessors(), pieces.size()); i++) {
                others.add(Thread.ofVirtual().name("rehash-", i).start(work));
            }
            work.run();
            for (Thread other : others) {
                other.join();
            }
        }
        // An interrupt closes the file, and then nothing says whether the rest is intact.
        Exchange.stopIfInterrupted();
        List<KeptPiece> found = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            if (intact.get(i) == 1) {
                found.add(pieces.get(i));
            }
        }
        return found;
    }

    private static boolean isIntact(FileChannel file, KeptPiece piece, byte[] buffer) {
        Crc64 crc64 = new Crc64();
        try {
            for (long at = piece.offset(); at < piece.end(); ) {
                int wanted = (int) Math.min(buffer.length, piece.end() - at);
                int count = file.read(ByteBuffer.wrap(buffer, 0, wanted), at);
                if (count < 0) {
                    return false;
                }
                crc64.update(buffer, 0, count);
                at += count;
            }
        } catch (IOException unreadable) {
            return false;
        }
        return crc64.value() == piece.crc64();
    }
}
