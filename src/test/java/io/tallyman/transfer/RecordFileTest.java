package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of what is kept, written over the one that a dead worker left. */
class RecordFileTest {
    private static final Path NAME = Path.of("record");
    private static final KeptPiece FIRST = new KeptPiece(0, 70_000, 1);
    private static final KeptPiece SECOND = new KeptPiece(131_072, 65_536, 2);
    private static final KeptPiece SECOND_GROWN = new KeptPiece(131_072, 131_000, 3);
    private static final KeptPiece THIRD = new KeptPiece(999_999, 1, 4);
    private static final KeptRecord OBJECT = new KeptRecord("5".repeat(64), "\"tag\"", 1 << 20, List.of());

    @TempDir
    Path folder;

    private OpenDirectory directory;

    @BeforeEach
    @SuppressWarnings("StreamResourceLeak") // Closed with the directory.
    void open() throws Exception {
        directory = OpenDirectory.root(folder, Files.newDirectoryStream(folder));
    }

    @AfterEach
    void close() throws Exception {
        directory.close();
    }

    @Test
    void whatAnotherProcessLeftIsNeverGoneBeforeTheNewTextIsThere() throws Exception {
        List<KeptPiece> now = List.of(FIRST, SECOND_GROWN);
        int newBytes = text(now).length() + 1;
        for (int taken = 0; taken <= newBytes; taken++) {
            // Given: a longer text, of several lines for one piece
            leave(List.of(FIRST, SECOND), List.of(SECOND_GROWN), List.of(THIRD));

            // When: the next process dies after so many bytes of its first record, and at last before it cuts the rest
            // off
            try (RecordFile broken = new RecordFile(directory, NAME, new BreakingChannel(channel(), taken))) {
                broken.keep(true);
                assertThatThrownBy(() -> broken.write(OBJECT.with(now), List.of(SECOND_GROWN)))
                        .isInstanceOf(IOException.class);
            }

            // Then: a line may be half of each, and does not fit the bytes; what both say stands
            assertThat(read()).as("after %d bytes", taken).startsWith(FIRST);
        }
        assertThat(read()).isEqualTo(now);
    }

    @Test
    void laterPiecesFollowTheFirstOnes() throws Exception {
        leave(List.of(FIRST, SECOND), List.of(SECOND_GROWN), List.of(THIRD));

        assertThat(read()).containsExactly(FIRST, SECOND_GROWN, THIRD);
        assertThat(Files.readString(folder.resolve(NAME)))
                .isEqualTo(text(List.of(FIRST, SECOND)) + KeptRecord.line(SECOND_GROWN) + KeptRecord.line(THIRD));
    }

    @Test
    void aShorterTextLeavesNothingOfALongerOneBehind() throws Exception {
        leave(List.of(FIRST, SECOND), List.of(SECOND_GROWN), List.of(THIRD));

        leave(List.of(FIRST));

        assertThat(Files.readString(folder.resolve(NAME))).isEqualTo(text(List.of(FIRST)));
    }

    /** A process that writes these, the first of them anew. */
    @SafeVarargs
    private void leave(List<KeptPiece>... pieces) throws IOException {
        try (RecordFile file = RecordFile.open(directory, NAME, true)) {
            List<KeptPiece> all = new ArrayList<>();
            for (List<KeptPiece> changed : pieces) {
                all.addAll(changed);
                file.write(OBJECT.with(all), changed);
            }
        }
    }

    private List<KeptPiece> read() throws IOException {
        try (RecordFile file = RecordFile.open(directory, NAME, false)) {
            file.keep(true);
            return file.read().pieces();
        }
    }

    private FileChannel channel() throws IOException {
        return directory.open(NAME, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static String text(List<KeptPiece> pieces) {
        StringBuilder text = new StringBuilder(OBJECT.head());
        pieces.forEach(piece -> text.append(KeptRecord.line(piece)));
        return text.toString();
    }
}
