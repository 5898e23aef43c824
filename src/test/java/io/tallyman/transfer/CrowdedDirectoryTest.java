package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.StoredObject;
import io.tallyman.house.FaultCase;
import io.tallyman.verify.Expectations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory with very many files costs what the file system makes of it and nothing more: it is never looked through. How many: the system
 * property {@code tallyman.crowd}; the speeds are printed, and too few objects land here to judge them.
 */
class CrowdedDirectoryTest {
    private static final int CROWD = Integer.getInteger("tallyman.crowd", 20_000);
    private static final int LANDED = Integer.getInteger("tallyman.crowd.landed", 200);

    @TempDir
    Path root;

    @Test
    @FaultCase(40)
    void aDirectoryIsNotLookedThroughHoweverManyFilesAreInIt() throws Exception {
        byte[] bytes = Harbour.bytes(1_000, 1);
        FaultyDisk disk = new FaultyDisk();
        try (Harbour harbour = new Harbour(root, LargeObjects.DEFAULTS, 4);
                Transfer transfer = harbour.to(Durability.NONE, new Directories(disk), new Commits(Durability.NONE))) {
            harbour.put(StoredObject.of(bytes));
            land(harbour, transfer, "warm", LANDED);

            // Given
            Duration empty = land(harbour, transfer, "empty", LANDED);
            Path crowded = Files.createDirectory(root.resolve("crowded"));
            for (int number = 0; number < CROWD; number++) {
                Files.createFile(crowded.resolve("file-" + number));
            }

            // When
            Duration full = land(harbour, transfer, "crowded", LANDED);

            // Then
            assertThat(disk.listings).hasValue(0);
            assertThat(crowded.resolve("object-" + (LANDED - 1))).hasBinaryContent(bytes);
            System.out.printf(
                    "objects/s in an empty directory: %.0f, in one with %d files: %.0f%n",
                    LANDED / (empty.toNanos() / 1e9), CROWD, LANDED / (full.toNanos() / 1e9));
        }
    }

    private Duration land(Harbour harbour, Transfer transfer, String folder, int count) throws Exception {
        long begun = System.nanoTime();
        for (int number = 0; number < count; number++) {
            TransferOutcome outcome = transfer.run(
                    // Of a second lease, whose predecessor may have left something.
                    new TransferRequest(
                            number + 1,
                            2,
                            DestinationPath.under(root, folder + "/object-" + number),
                            Expectations.NONE),
                    harbour::url,
                    () -> true);
            assertThat(outcome.failure()).isNull();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
