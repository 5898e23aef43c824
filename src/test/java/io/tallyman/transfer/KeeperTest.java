package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far the record of a large object is behind its bytes. The disk's part is played by whoever is told of what it has. */
// An end that never comes is waited for uninterruptibly.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeeperTest {
    private static final int TOTAL = 16 << 20;
    private static final int INTERVAL = TOTAL / 64;
    private static final int READ = 48 * 1024;
    private static final int UNSECURED = 64 << 20;

    @TempDir
    Path root;

    private final BlockingQueue<Thread> told = new LinkedBlockingQueue<>();
    private final CountDownLatch diskIsDone = new CountDownLatch(1);
    private final byte[] bytes = Harbour.bytes(READ, 1);
    private Directories directories;
    private Landing landing;
    private PartMap map;
    private Keeper keeper;

    @BeforeEach
    void open() throws Exception {
        directories = new Directories();
        landing = new Landing(
                directories,
                new Commits(Durability.NONE),
                new TransferRequest(1, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                "source",
                false,
                true,
                kept -> {
                    told.add(Thread.currentThread());
                    awaitDisk();
                });
        landing.begin("\"tag\"", TOTAL);
        landing.prepare(TOTAL);
        map = new PartMap(TOTAL, 1 << 20, List.of());
        keeper = new Keeper(map, landing);
    }

    @AfterEach
    void close() throws Exception {
        diskIsDone.countDown();
        landing.close();
        directories.close();
    }

    @Test
    void theRecordIsNeverAnIntervalBehind() throws Exception {
        // Given: no other thread that could write it
        Piece piece = map.take();
        long written = 0;
        while (!piece.isDone()) {
            // When
            written += write(piece);

            // Then
            assertThat(recordedBytes()).isBetween(written - INTERVAL + 1, written);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void theDiskKeepsNoLaneAndNoRecordWaiting() throws Exception {
        // Given: a thread that waits for the disk
        keeper.start();
        Piece piece = map.take();
        while (recordedBytes() == 0) {
            write(piece);
        }
        keeper.written(UNSECURED);
        Thread waiting = told.take();

        // When
        long written = piece.position();
        while (!piece.isDone()) {
            written += write(piece);

            // Then
            assertThat(recordedBytes()).isBetween(written - INTERVAL + 1, written);
        }
        assertThat(waiting).isNotSameAs(Thread.currentThread());
        assertThat(waiting.isAlive()).isTrue();
        diskIsDone.countDown();
        keeper.end(false);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void itEndsThoughItIsToldSoWhileItWaitsForTheDisk() throws Exception {
        // Given
        keeper.start();
        Piece piece = map.take();
        while (recordedBytes() == 0) {
            write(piece);
        }
        keeper.written(UNSECURED);
        told.take();

        // When: it is told, and then the disk is done
        Thread ender = Thread.ofPlatform().start(() -> keeper.end(false));
        while (ender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        diskIsDone.countDown();

        // Then
        ender.join();
    }

    @Test
    void whatCameByTheEndIsRecordedAndSecuredThoughTheCallerIsInterrupted() throws Exception {
        // Given
        diskIsDone.countDown();
        keeper.start();
        write(map.take());
        Thread.currentThread().interrupt();

        // When
        keeper.end(true);

        // Then
        assertThat(Thread.interrupted()).isTrue();
        keeper.throwFailure();
        assertThat(recordedBytes()).isEqualTo(READ);
        assertThat(told).hasSize(1);
    }

    private int write(Piece piece) throws IOException {
        int count = (int) Math.min(READ, piece.limit() - piece.position());
        landing.write(bytes, count, piece.position());
        piece.add(bytes, count);
        keeper.written(count);
        return count;
    }

    private long recordedBytes() throws IOException {
        KeptRecord record = KeptRecord.parse(Files.readString(root.resolve(PartFile.record(1, 1))));
        return record == null
                ? 0
                : record.pieces().stream().mapToLong(KeptPiece::lengthBytes).sum();
    }

    private void awaitDisk() {
        try {
            diskIsDone.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
