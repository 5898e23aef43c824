package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StoredObject;
import io.tallyman.retry.FailureKind;
import io.tallyman.verify.Expectations;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTest {
    /** More than any disk has. */
    private static final long ALL = Long.MAX_VALUE / 4;

    private static final byte[] LARGE = Harbour.bytes((int) LargeObjects.KEPT_FROM_BYTES, 1);

    @TempDir
    Path root;

    @Test
    void anObjectThatTheManifestSaysIsTooLargeIsNotEvenAskedFor() throws Exception {
        try (Harbour harbour = new Harbour(root, LargeObjects.DEFAULTS, 4, ALL)) {
            harbour.put(StoredObject.of(LARGE));

            TransferOutcome outcome = harbour.run(1, Harbour.all(LARGE));

            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Local.NO_ROOM);
            assertThat(outcome.failure().message())
                    .startsWith("needs 1.0 MiB, and of ")
                    .contains("tallyman.run.min-free-space");
            assertThat(harbour.requests()).isEmpty();
            assertThat(harbour.files()).isEmpty();
        }
    }

    @Test
    void anObjectThatItsAnswerSaysIsTooLargeIsNotBegun() throws Exception {
        try (Harbour harbour = new Harbour(root, LargeObjects.DEFAULTS, 4, ALL)) {
            harbour.put(StoredObject.of(LARGE));

            TransferOutcome outcome = harbour.run(1, Expectations.NONE);

            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Local.NO_ROOM);
            assertThat(outcome.bytes()).isZero();
            assertThat(harbour.requests()).hasSize(1);
            assertThat(harbour.files()).isEmpty();
        }
    }

    @Test
    void smallObjectsComeAshoreAndSoDoThoseOfUnknownSize() throws Exception {
        try (Harbour harbour = new Harbour(root, LargeObjects.DEFAULTS, 4, ALL)) {
            harbour.put(StoredObject.of(Harbour.bytes(1_000, 2)));
            assertThat(harbour.run(1, Expectations.NONE).failure()).isNull();

            harbour.put(StoredObject.of(LARGE));
            harbour.script(FaultScript.none().onFirst(10, key -> true, new Fault.Chunked()));
            assertThat(harbour.run(2, Expectations.NONE).failure()).isNull();
        }
    }

    @Test
    void whatObjectsInFlightHaveStillToWriteIsNotFree() throws Exception {
        // Given; others write to this disk too, so nothing here is exact
        long free = root.toFile().getUsableSpace();
        Room room = new Room(free / 2);
        DestinationPath destination = DestinationPath.under(root, "a/folder/that/is/not/there");
        long most = free / 10 * 4;

        // When
        Room.Promise promise = room.promise(destination, most);

        // Then
        assertThatExceptionOfType(Room.NoRoomException.class).isThrownBy(() -> room.promise(destination, most));

        // When it has come, or will not
        promise.used(most / 2);
        assertThatExceptionOfType(Room.NoRoomException.class).isThrownBy(() -> room.promise(destination, most));
        promise.giveBack();
        promise.giveBack();

        // Then
        room.promise(destination, most);
    }
}
