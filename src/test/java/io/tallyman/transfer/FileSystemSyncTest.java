package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tallyman.retry.FailureKind;
import io.tallyman.retry.IoFailures;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of a file system made durable at once, by the call and by the command. */
class FileSystemSyncTest {
    private static final int NO_SPACE_LEFT = 28;
    private static final int BAD_DESCRIPTOR = 9;

    @TempDir
    Path root;

    @BeforeEach
    void onLinux() {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    }

    @Test
    void aFileSystemIsSyncedByTheCallAndWhereThereIsNoneByTheCommand() throws Exception {
        assertThat(FileSystemSync.ofThisMachine().sync(root)).as("by either").isTrue();
        assertThat(new SyncByCommand("sync").sync(root)).as("by command").isTrue();
        assertThat(new SyncByCommand("no-such-command").sync(root))
                .as("by neither")
                .isFalse();
    }

    @Test
    void aJavaWithForeignFunctionsNeedsNoCommandAndIsToldTheErrorNumber() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);

        SyncfsCall call = SyncfsCall.find();

        assertThat(call).isNotNull();
        assertThat(call.sync(root)).isZero();
        assertThat(call.sync(root.resolve("missing"))).isEqualTo(SyncfsCall.NOT_CALLED);
        assertThat(call.sync(-1)).isEqualTo(BAD_DESCRIPTOR);
    }

    @Test
    void aDiskThatProvesFullOnlyNowIsNamedSo() {
        FileSystemSync full = new SyncByCall(directory -> NO_SPACE_LEFT);

        assertThatThrownBy(() -> full.sync(root))
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(IoFailures.disk(e, root, root).kind()).isEqualTo(FailureKind.Local.DISK_FULL));
    }

    @Test
    void whatCouldNotBeCalledIsForcedFileByFile() throws Exception {
        assertThat(new SyncByCall(directory -> SyncfsCall.NOT_CALLED).sync(root))
                .isFalse();
    }

    @Test
    void aMachineWithoutAThreadLeftForcesFileByFile() throws Exception {
        FileSystemSync threadless = new SyncByCall(directory -> 0, task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        assertThat(threadless.sync(root)).isFalse();
    }
}
