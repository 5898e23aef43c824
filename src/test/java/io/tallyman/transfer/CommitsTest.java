package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of files that become final together, on a real disk. */
class CommitsTest {
    @TempDir
    Path root;

    @Test
    void everyFileOfManyThreadsBecomesFinalAlsoThoseWhoseThreadsWereInterruptedWhileTheyWaited() throws Exception {
        // Given
        try (HeldUpGroup group = new HeldUpGroup(root, new Commits(Durability.GROUP), 200)) {
            // When every third of those that wait is interrupted, and the leader goes on
            for (int number = 1; number < 200; number += 3) {
                group.threads.get(number).interrupt();
            }
            group.release();

            // Then
            for (int number = 0; number < 200; number++) {
                assertThat(group.landings.get(number).get())
                        .as("object %d", number)
                        .isEqualTo(new HeldUpGroup.Landed(true, number % 3 == 1));
            }
        }
        assertThat(root.toFile().list()).hasSize(200).allMatch(name -> name.startsWith("object-"));
    }

    @Test
    void aFileSystemIsSyncedByTheCallAndWhereThereIsNoneByTheCommand() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");

        assertThat(new FileSystemSync().sync(root)).as("by call").isTrue();
        assertThat(new FileSystemSync("sync").sync(root)).as("by command").isTrue();
        assertThat(new FileSystemSync("no-such-command").sync(root))
                .as("by neither")
                .isFalse();
    }

    @Test
    void onLinuxAJavaWithForeignFunctionsNeedsNoCommand() {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);

        SyncfsCall call = SyncfsCall.find();

        assertThat(call).isNotNull();
        assertThat(call.sync(root)).isEqualTo(SyncfsCall.Result.SYNCED);
        assertThat(call.sync(root.resolve("missing"))).isEqualTo(SyncfsCall.Result.NOT_CALLED);
    }
}
