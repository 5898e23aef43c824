package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, for tests of disks that are full, read-only or gone; only root may mount one, elsewhere the test is skipped. */
final class SmallVolume implements AutoCloseable {
    final Path root;

    private SmallVolume(Path root) {
        this.root = root;
    }

    static SmallVolume mount(Path at, String size) throws IOException {
        Files.createDirectories(at);
        int exit = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString());
        Assumptions.assumeTrue(exit == 0, "a small tmpfs cannot be mounted here");
        return new SmallVolume(at);
    }

    /** Shows the volume at another folder too. */
    void showAt(Path folder) {
        assertThat(run("mount", "--bind", root.toString(), folder.toString())).isZero();
    }

    /** Takes the volume from a folder, whoever has files open there. */
    static void hide(Path folder) {
        run("umount", "-l", folder.toString());
    }

    /** Refused, with false, while a file is open for writing. */
    boolean tryReadOnly() {
        return run("mount", "-o", "remount,ro", root.toString()) == 0;
    }

    void writable() {
        assertThat(run("mount", "-o", "remount,rw", root.toString())).isZero();
    }

    @Override
    public void close() {
        hide(root);
    }

    private static int run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
