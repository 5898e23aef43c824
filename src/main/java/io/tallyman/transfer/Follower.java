package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Measurement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Computes the checksums that cannot be put together from those of parts: reads the file behind the lanes as far as it is filled from
 * its beginning, mostly from the page cache, on a thread and a channel of its own.
 */
final class Follower {
    private static final long LOOK_MILLIS = 20;

    private final PartMap map;
    private final Landing landing;
    private final Digests digests;
    private final BufferPool buffers;
    private final Thread thread;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private @Nullable Measurement measurement;
    private @Nullable IOException failure;

    private Follower(PartMap map, Landing landing, Set<ChecksumAlgorithm> algorithms, BufferPool buffers) {
        this.map = map;
        this.landing = landing;
        this.digests = new Digests(algorithms);
        this.buffers = buffers;
        this.thread = Thread.ofVirtual().name("follower").unstarted(this::run);
    }

    static Follower start(PartMap map, Landing landing, Set<ChecksumAlgorithm> algorithms, BufferPool buffers) {
        Follower follower = new Follower(map, landing, algorithms, buffers);
        follower.thread.start();
        return follower;
    }

    private void run() {
        try (FileChannel file = landing.openForReading();
                BufferPool.Loan buffer = buffers.take()) {
            byte[] bytes = buffer.bytes();
            while (digests.sizeBytes() < map.totalBytes()) {
                long filled = map.prefixBytes();
                // Who is behind is cancelled, too.
                long wait = filled == digests.sizeBytes() ? LOOK_MILLIS : 0;
                if (cancelled.await(wait, TimeUnit.MILLISECONDS)) {
                    return;
                }
                while (digests.sizeBytes() < filled && cancelled.getCount() > 0) {
                    int wanted = (int) Math.min(bytes.length, filled - digests.sizeBytes());
                    int count = file.read(ByteBuffer.wrap(bytes, 0, wanted), digests.sizeBytes());
                    if (count < 0) {
                        throw new IOException("the part file became shorter");
                    }
                    digests.update(bytes, 0, count);
                }
            }
            measurement = digests.finish();
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    /** Of a complete object. */
    Measurement await() throws IOException, InterruptedException {
        thread.join();
        if (failure != null) {
            throw failure;
        }
        if (measurement == null) {
            throw new IllegalStateException("it was cancelled");
        }
        return measurement;
    }

    void cancel() {
        cancelled.countDown();
        Uninterrupted.join(thread);
    }
}
