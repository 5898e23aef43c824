package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.job.DyingWorker;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * How JVMs that run a {@link DyingWorker} are started fast: with an archive of their classes, which takes jars only.
 *
 * @param dumps whether one that ends by itself writes the archive
 */
record WorkerJvm(String classPath, Path archive, boolean dumps) {
    private static final int KILLED = 137;

    /** One that writes the archive; the folder also takes the jars. */
    static WorkerJvm dumping(Path folder) {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            // An empty entry is the current directory, which holds no classes.
            if (!entry.isEmpty()) {
                boolean ours = Files.isDirectory(Path.of(entry));
                jars.add(ours ? jar(entry, folder.resolve(jars.size() + ".jar")) : entry);
            }
        }
        return new WorkerJvm(String.join(File.pathSeparator, jars), folder.resolve("worker.jsa"), true);
    }

    private static String jar(String directory, Path jar) {
        assertThat(Path.of(directory).getFileName().toString()).isIn("classes", "test-classes");
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        assertThat(tool.run(
                        System.out,
                        System.err,
                        "--create",
                        "--no-compress",
                        "--file",
                        jar.toString(),
                        "-C",
                        directory,
                        "."))
                .isZero();
        return jar.toString();
    }

    /** Those that use what it wrote. */
    WorkerJvm dumped() {
        return new WorkerJvm(classPath, archive, false);
    }

    /** Runs a worker to its end, and kills it where it asks for that; false where it finished the manifest. */
    boolean isKilled(Properties orders, Path errors) throws IOException, InterruptedException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        dumps ? "-XX:ArchiveClassesAtExit=" + archive : "-XX:SharedArchiveFile=" + archive,
                        "-Xshare:auto",
                        "-Xlog:disable",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        DyingWorker.class.getName())
                .redirectError(errors.toFile())
                .start();
        try (OutputStream input = worker.getOutputStream()) {
            orders.store(input, null);
        }
        String said = worker.inputReader().readLine();
        if (said != null) {
            assertThat(said).isEqualTo("there");
            worker.destroyForcibly();
        }
        assertThat(worker.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
        assertThat(worker.exitValue()).as(Files.readString(errors)).isIn(0, KILLED);
        return worker.exitValue() == KILLED;
    }
}
