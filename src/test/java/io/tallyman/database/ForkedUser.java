package io.tallyman.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A {@link DatabaseUser} in a JVM of its own, seen from the test. */
final class ForkedUser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Process process;
    private final Path errors;
    private final BufferedReader answers;
    private final Writer commands;

    private ForkedUser(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    static ForkedUser on(Path home) {
        return start(List.of(), System.getProperty("java.class.path"), home.toString(), Map.of());
    }

    /** Starts it; it attaches only when told. */
    static ForkedUser start(List<String> prefix, String classPath, String home, Map<String, String> environment) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                classPath,
                DatabaseUser.class.getName(),
                URLEncoder.encode(home, StandardCharsets.UTF_8)));
        try {
            Path errors = Files.createTempFile("tallyman-database-user", ".err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.directory(new File("/"));
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().putAll(environment);
            return new ForkedUser(builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ForkedUser ready() {
        assertThat(read()).isEqualTo("ready");
        return this;
    }

    ForkedUser sendAttach() {
        send("attach");
        return this;
    }

    ForkedUser attached() {
        assertThat(read()).isEqualTo("attached");
        return this;
    }

    ForkedUser attach() {
        return ready().sendAttach().attached();
    }

    /** Attaches where that must fail; the one line. */
    String refusal() {
        ready().sendAttach();
        return read();
    }

    String ask(String command) {
        send(command);
        return read();
    }

    long server() {
        return Long.parseLong(ask("server"));
    }

    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, as the kernel does it to a process that used too much memory. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Lets it end by itself. */
    void leave() {
        try {
            commands.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitEnd();
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitGone(long server) {
        await("server " + server + " is gone", () -> {
            try {
                return !Postmaster.isServer(server);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static void await(String what, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(what).isLessThan(LIMIT);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void awaitEnd() {
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new AssertionError("the process has ended: " + errors(), e);
        }
    }

    private String read() {
        try {
            String line = answers.readLine();
            assertThat(line).as("an answer; stderr: %s", errors()).isNotNull();
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
