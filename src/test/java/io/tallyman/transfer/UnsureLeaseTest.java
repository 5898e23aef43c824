package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallyman.demo.StoredObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object is whole, and nobody can say whether it is still ours. */
class UnsureLeaseTest {
    private static final byte[] BYTES = Harbour.bytes(4 << 20, 5);

    @TempDir
    Path root;

    private Harbour harbour;

    /** Says nothing until it is waited for. */
    private static final class SilentLease implements Lease {
        private final boolean ends;
        private final boolean lost;
        private boolean known;

        SilentLease(boolean ends, boolean lost) {
            this.ends = ends;
            this.lost = lost;
        }

        @Override
        public boolean holds() {
            return known && !lost;
        }

        @Override
        public boolean isLost() {
            return known && lost;
        }

        @Override
        public boolean awaitKnown() {
            known = ends;
            return holds();
        }
    }

    private TransferOutcome bring(int size, Lease lease) throws Exception {
        harbour = new Harbour(root, new LargeObjects(2 << 20, 128 * 1024, 4), 8);
        harbour.put(StoredObject.of(java.util.Arrays.copyOf(BYTES, size)));
        return run(1L, lease);
    }

    private TransferOutcome run(long epoch, Lease lease) throws Exception {
        return harbour.transfer.run(
                new TransferRequest(
                        7, epoch, DestinationPath.under(root, "object"), io.tallyman.verify.Expectations.NONE),
                harbour::url,
                lease);
    }

    @AfterEach
    void close() throws Exception {
        harbour.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 4 << 20})
    void aFileWhoseLeaseIsConfirmedLateIsNotFetchedAgain(int size) throws Exception {
        TransferOutcome outcome = bring(size, new SilentLease(true, false));

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.verified()).isTrue();
        assertThat(harbour.files()).containsExactly("object");
        assertThat(outcome.bytes()).isLessThan(2L * size);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 4 << 20})
    void aFileWhoseLeaseIsLostIsDiscarded(int size) {
        assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> bring(size, new SilentLease(true, true)));

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void whatIsKeptOfALargeObjectOutlivesASilenceWithoutEnd() throws Exception {
        // When
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> bring(BYTES.length, new SilentLease(false, false)));

        // Then
        assertThat(harbour.file()).doesNotExist();
        TransferOutcome next = run(2, () -> true);
        assertThat(next.failure()).isNull();
        assertThat(next.bytes()).isLessThan(BYTES.length / 4);
        assertThat(harbour.file()).hasBinaryContent(BYTES);
        assertThat(harbour.files()).containsExactly("object");
    }

    @Test
    void thatNothingIsKeptAnyMoreIsToldWhenTheFileStands() throws Exception {
        // Given
        List<String> told = new ArrayList<>();
        harbour = new Harbour(root, new LargeObjects(2 << 20, 128 * 1024, 4), 8);
        harbour.onKept = kept -> {
            if (kept.pieces().isEmpty()) {
                told.add(Files.exists(harbour.file()) ? "stands" : "too early");
            }
        };
        harbour.put(StoredObject.of(BYTES));

        // When
        run(1, () -> true);

        // Then
        assertThat(told).containsExactly("stands");
    }
}
