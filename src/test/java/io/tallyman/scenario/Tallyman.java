package io.tallyman.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program, run as a process of its own with a home and configuration of its own. */
public final class Tallyman {
    private static final Path START_SCRIPT = Path.of("deploy", "tallyman").toAbsolutePath();
    private static final long PATIENCE_SECONDS = 120;

    private final Path folder;
    private final Map<String, String> environment = new LinkedHashMap<>();

    /** What a command came to. */
    public record Result(int exitCode, String stdout, String stderr) {}

    /** Home, outputs and files are kept under the folder. */
    public Tallyman(Path folder) {
        this.folder = folder;
        environment.put("TALLYMAN_HOME", folder.resolve("home").toString());
    }

    public Tallyman with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs a command to its end. */
    public Result run(String... args) throws IOException, InterruptedException {
        return runWithInput("", args);
    }

    public Result runWithInput(String stdin, String... args) throws IOException, InterruptedException {
        Running running = start(args);
        running.process.getOutputStream().write(stdin.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        running.process.getOutputStream().close();
        return running.await();
    }

    /** Starts a command and returns at once. */
    Running start(String... args) throws IOException {
        Path stdout = Files.createTempFile(folder, "stdout", ".txt");
        Path stderr = Files.createTempFile(folder, "stderr", ".txt");
        List<String> command = new ArrayList<>(List.of(START_SCRIPT.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OSS_") || name.startsWith("QUARKUS_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        builder.environment().putAll(environment);
        return new Running(builder.start(), stdout, stderr);
    }

    /** A command that has not ended yet. */
    record Running(Process process, Path stdout, Path stderr) {
        Result await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "still running after " + PATIENCE_SECONDS + " s; stderr: " + Files.readString(stderr));
            }
            return new Result(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        }
    }
}
