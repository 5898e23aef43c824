package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All of a file system made durable at once. */
class FileSystemSyncTest {
    @TempDir
    Path root;

    private final Kernel kernel = new Kernel();
    private final FileSystemSync sync = new FileSystemSync(kernel);
    private final Directories directories = new Directories();
    private OpenDirectory directory;

    @BeforeEach
    void open() throws IOException {
        directory = directories.make(DestinationPath.under(root, "object"));
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
        directories.close();
    }

    /** Answers as it is told, and writes down what it was asked. */
    private static final class Kernel implements FileSystemSync.Calls {
        final List<String> calls = new ArrayList<>();
        final Queue<Boolean> answers = new ArrayDeque<>();

        @Nullable
        Integer descriptor = 7;

        @Override
        public @Nullable Integer open(Path directory) {
            calls.add("open");
            return descriptor;
        }

        @Override
        public boolean syncfs(int descriptor) {
            calls.add("syncfs " + descriptor);
            return answers.remove();
        }

        @Override
        public void close(int descriptor) {
            calls.add("close " + descriptor);
        }
    }

    @Test
    void aFileSystemIsWatchedThroughOneDescriptorFromBeforeTheFirstByteUntilTheEnd() {
        kernel.answers.addAll(List.of(true, true));

        sync.watch(directory);
        sync.watch(directory);

        assertThat(sync.sync(directory.device())).isTrue();
        assertThat(sync.sync(directory.device())).isTrue();
        sync.close();
        assertThat(kernel.calls).containsExactly("open", "syncfs 7", "syncfs 7", "close 7");
    }

    @Test
    void afterAPassThatFailedNoneIsTrustedAnyMore() {
        kernel.answers.addAll(List.of(false, true));
        sync.watch(directory);

        assertThat(sync.sync(directory.device())).isFalse();
        sync.watch(directory);
        assertThat(sync.sync(directory.device())).isFalse();

        assertThat(kernel.calls).containsExactly("open", "syncfs 7");
    }

    @Test
    void whatIsNotWatchedIsNotSynced() {
        assertThat(sync.sync(directory.device())).isFalse();
        kernel.descriptor = null;
        sync.watch(directory);
        assertThat(sync.sync(directory.device())).isFalse();

        kernel.descriptor = 7;
        sync.watch(directory);
        assertThat(sync.sync(directory.device()))
                .as("what was written before is not known")
                .isFalse();
        assertThat(kernel.calls).containsExactly("open");
    }

    @Test
    void aJavaWithForeignFunctionsCallsTheKernel() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(SyncfsCall.tellsErrors(System.getProperty("os.version"))).isTrue();

        SyncfsCall call = SyncfsCall.find();

        assertThat(call).isNotNull();
        assertThat(call.open(root.resolve("missing"))).isNull();
        assertThat(call.open(Path.of("/proc"))).as("not a disk").isNull();
        assertThat(call.syncfs(-1)).isFalse();
        Integer descriptor = call.open(root);
        assumeThat(descriptor).as("a file system that is trusted").isNotNull();
        assertThat(call.syncfs(descriptor)).isTrue();
        call.close(descriptor);
        assertThat(call.syncfs(descriptor)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "4.18.0-553.el8.x86_64, false",
        "4.4.0, false",
        "5.7.19, false",
        "5.8.0-1, true",
        "5.10.134-16.al8.x86_64, true",
        "6.1.0-28-amd64, true",
        "10.0, true",
        "'', false",
        "unknown, false"
    })
    void onlyAKernelThatTellsItsErrorsIsAsked(String version, boolean asked) {
        assertThat(SyncfsCall.tellsErrors(version)).isEqualTo(asked);
    }
}
