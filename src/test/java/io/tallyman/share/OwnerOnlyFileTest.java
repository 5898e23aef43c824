package io.tallyman.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyFileTest {
    @TempDir
    Path folder;

    @Test
    void onlyTheOwnerMayReadItFromTheFirstByteOn() throws Exception {
        // Given
        Path target = folder.resolve("urls.txt");

        try (OwnerOnlyFile file = OwnerOnlyFile.create(target)) {
            // When
            file.write(new byte[] {1, 2, 3});

            // Then
            assertThat(target).doesNotExist();
            assertThat(files())
                    .hasSize(1)
                    .allSatisfy(
                            unfinished -> assertThat(permissions(unfinished)).isEqualTo("rw-------"));
            file.commit();
        }
        assertThat(permissions(target)).isEqualTo("rw-------");
        assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(files()).containsExactly(target);
    }

    @Test
    void aFileThatIsThereIsReplacedAsAWholeAndLosesItsOpenPermissions() throws Exception {
        // Given
        Path target = Files.writeString(folder.resolve("urls.txt"), "old");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));

        // When
        try (OwnerOnlyFile file = OwnerOnlyFile.create(target)) {
            file.write("new".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(target).hasContent("old");
            file.commit();
        }

        // Then
        assertThat(target).hasContent("new");
        assertThat(permissions(target)).isEqualTo("rw-------");
    }

    @Test
    void withoutACommitNothingIsLeftAndNothingChanged() throws Exception {
        // Given
        Path target = Files.writeString(folder.resolve("urls.txt"), "old");

        // When
        try (OwnerOnlyFile file = OwnerOnlyFile.create(target)) {
            file.write('x');
        }

        // Then
        assertThat(target).hasContent("old");
        assertThat(files()).containsExactly(target);
    }

    @Test
    void whatIsNoRegularFileIsNotReplaced() throws Exception {
        // Given
        Path real = Files.writeString(folder.resolve("real"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        Path directory = Files.createDirectory(folder.resolve("directory"));

        // When, Then
        for (Path path : List.of(link, directory, Path.of("/dev/null"), Path.of("/"))) {
            assertThatThrownBy(() -> OwnerOnlyFile.create(path))
                    .isInstanceOf(OutputRefusedException.class)
                    .hasMessageContaining("no regular file");
        }
        assertThatThrownBy(() -> OwnerOnlyFile.create(folder.resolve("missing/urls.txt")))
                .isInstanceOf(OutputRefusedException.class)
                .hasMessageContaining("its folder is not there");
        assertThat(real).hasContent("old");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
