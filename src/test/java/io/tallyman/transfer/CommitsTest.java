package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
    void whereAGroupEndsInSomethingUnforeseenNoneOfItPassesForDurableAndTheNextIsNotHarmed() throws Exception {
        // Given a group of which all but the last are renamed, and nothing is durable yet, when it comes to that
        Commits commits = new Commits(Durability.GROUP);
        IllegalStateException unforeseen = new IllegalStateException("the lease cannot be looked up");
        try (HeldUpGroup group = new HeldUpGroup(root, new Directories(), commits, 8, number -> {
            if (number == 7) {
                throw unforeseen;
            }
            return true;
        })) {
            // When
            group.release();

            // Then
            assertThat(group.landings.get(0).get().renamed()).isTrue();
            for (FutureTask<HeldUpGroup.Landed> landing : group.landings.subList(1, 8)) {
                assertThat(landing)
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(IOException.class)
                        .havingRootCause()
                        .isSameAs(unforeseen);
            }
        }

        // And those that come after it
        try (HeldUpGroup next = new HeldUpGroup(root, commits, 8)) {
            next.release();
            for (FutureTask<HeldUpGroup.Landed> landing : next.landings) {
                assertThat(landing)
                        .succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo(new HeldUpGroup.Landed(true, false));
            }
        }
    }
}
