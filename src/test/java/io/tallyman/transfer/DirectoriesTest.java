package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoriesTest {
    @TempDir
    Path root;

    private final Directories directories = new Directories();

    @AfterEach
    void close() throws IOException {
        directories.close();
    }

    private void make(Path under, String key) throws IOException {
        directories.make(DestinationPath.under(under, key)).close();
    }

    @Test
    void theRootMayBeALinkButNothingBelowIt(@TempDir Path elsewhere) throws IOException {
        // Given
        Path linkedRoot = Files.createSymbolicLink(root.resolve("link"), elsewhere);

        // When
        make(linkedRoot, "a/b");

        // Then
        assertThat(elsewhere.resolve("a")).isDirectory();
        DestinationPath planted = DestinationPath.under(root, "link/a/c");
        assertThatThrownBy(() -> directories.make(planted))
                .isInstanceOf(HostilePathException.class)
                .hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> directories.find(planted)).isInstanceOf(HostilePathException.class);
    }

    @Test
    void aDanglingLinkIsRefusedToo() throws IOException {
        Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));

        assertThatThrownBy(() -> make(root, "dangling/a")).isInstanceOf(HostilePathException.class);
        assertThat(root.resolve("nowhere")).doesNotExist();
    }

    @Test
    void fileAndDirectoryOfOneNameAreRefused() throws IOException {
        Files.createFile(root.resolve("a"));
        Files.createDirectories(root.resolve("d"));

        assertThatThrownBy(() -> make(root, "a/b")).hasMessageContaining("a file stands where a directory is needed");
        assertThatThrownBy(() -> make(root, "d")).hasMessageContaining("a directory stands in its place");
    }

    @Test
    void makesTheRootAndDirectoriesOnceAndAgain() throws IOException {
        // Given
        DestinationPath path = DestinationPath.under(root.resolve("not/yet"), "a/b/c");
        assertThat(directories.find(path)).isNull();

        // When
        directories.make(path).close();
        directories.make(path).close();

        // Then
        try (OpenDirectory found = directories.find(path)) {
            assertThat(found).isNotNull();
            assertThat(found.path()).isDirectory().isEqualTo(root.resolve("not/yet/a/b"));
        }
    }

    @Test
    void aLinkPlantedAfterADirectoryWasOpenedLeadsNothingElsewhere(@TempDir Path elsewhere) throws IOException {
        // Given
        DestinationPath path = DestinationPath.under(root, "a/b/file");
        try (OpenDirectory open = directories.make(path)) {
            Files.move(root.resolve("a"), root.resolve("moved"));
            Files.createSymbolicLink(root.resolve("a"), elsewhere);
            Files.createDirectories(elsewhere.resolve("b"));

            // When
            open.open(path.fileName(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    .close();
        }

        // Then
        assertThat(elsewhere.resolve("b/file")).doesNotExist();
        assertThat(root.resolve("moved/b/file")).isRegularFile();
    }

    @Test
    void aLinkInTheFilesPlaceIsNotWrittenThrough(@TempDir Path elsewhere) throws IOException {
        // Given
        Path target = Files.writeString(elsewhere.resolve("target"), "untouched");
        Files.createSymbolicLink(root.resolve("file"), target);
        DestinationPath path = DestinationPath.under(root, "file");

        // When
        try (OpenDirectory directory = directories.make(path)) {
            assertThatThrownBy(() -> directory.open(path.fileName(), StandardOpenOption.WRITE))
                    .isInstanceOf(IOException.class);
            try (FileChannel part =
                    directory.open(Path.of("part"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                assertThat(part.size()).isZero();
            }
            directory.rename(Path.of("part"), path.fileName());
        }

        // Then
        assertThat(target).hasContent("untouched");
        assertThat(root.resolve("file")).isRegularFile();
        assertThat(Files.isSymbolicLink(root.resolve("file"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new/object", "there/object", "there/new/object"})
    @SuppressWarnings("StreamResourceLeak") // Closed by what it is given to.
    void aRootThatVanishesWhileAFolderIsLookedForInItIsNoLongerThere(String path) throws IOException {
        // Given a root in whose place there is another as soon as it is open, as when a volume is unmounted
        Path volume = Files.createDirectory(root.resolve("volume"));
        Files.createDirectory(volume.resolve("there"));
        try (Directories vanishing = new Directories(opened -> {
            DirectoryStream<Path> names = Files.newDirectoryStream(opened);
            Files.move(opened, root.resolve("elsewhere"));
            Files.createDirectory(opened);
            return names;
        })) {
            // Then
            assertThatThrownBy(() -> vanishing.make(DestinationPath.under(volume, path)))
                    .isInstanceOf(DestinationGoneException.class);
        }
        assertThat(OpenFiles.under(root)).isZero();
    }

    @Test
    void keepsFewDirectoriesOpenHoweverManyThereAre() throws IOException {
        for (int number = 0; number < 1_000; number++) {
            make(root, "d" + number + "/file");
        }

        assertThat(OpenFiles.under(root)).isLessThanOrEqualTo(128);
        directories.close();
        assertThat(OpenFiles.under(root)).isZero();
    }
}
