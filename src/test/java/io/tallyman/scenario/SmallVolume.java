package io.tallyman.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, for tests of full disks; only root may mount one, elsewhere the test is skipped. */
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

    @Override
    public void close() {
        run("umount", "-l", root.toString());
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
