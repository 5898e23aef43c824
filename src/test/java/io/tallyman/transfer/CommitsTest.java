package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.verify.Expectations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of files that become final together, on a real disk. */
class CommitsTest {
    @TempDir
    Path root;

    @Test
    void everyFileOfManyThreadsBecomesFinalAlsoThoseWhoseThreadsWereInterruptedWhileTheyWaited() throws Exception {
        // Given a leader that is held up, and others that wait for it
        Commits commits = new Commits(Durability.GROUP);
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        List<FutureTask<Landed>> landings = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Directories directories = new Directories()) {
            for (int number = 0; number < 200; number++) {
                boolean leads = number == 0;
                DestinationPath destination = DestinationPath.under(root, "object-" + number);
                OpenDirectory directory = directories.make(destination);
                PartFile part =
                        PartFile.create(directory, new TransferRequest(number + 1, 1, destination, Expectations.NONE));
                part.write("whole".getBytes(StandardCharsets.US_ASCII), 0, 5);
                FutureTask<Landed> landing = new FutureTask<>(() -> {
                    boolean renamed = commits.commit(part, () -> !leads || released.join());
                    boolean interrupted = Thread.interrupted();
                    part.close();
                    directory.close();
                    return new Landed(renamed, interrupted);
                });
                landings.add(landing);
                Thread thread = Thread.ofVirtual().start(landing);
                threads.add(thread);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> thread.getState() == Thread.State.WAITING);
            }

            // When every third is interrupted, and the leader goes on
            for (int number = 1; number < 200; number += 3) {
                threads.get(number).interrupt();
            }
            released.complete(true);

            // Then
            for (int number = 0; number < 200; number++) {
                assertThat(landings.get(number).get())
                        .as("object %d", number)
                        .isEqualTo(new Landed(true, number % 3 == 1));
            }
        }
        assertThat(root.toFile().list()).hasSize(200).allMatch(name -> name.startsWith("object-"));
    }

    private record Landed(boolean renamed, boolean interrupted) {}

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
