package io.tallyman.database;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs PostgreSQL's programs: in a clean environment, their output into the server's log, and never as root, which they refuse.
 *
 * @param user how root lays its rank down; nothing for an ordinary user
 */
record ServerPrograms(PostgresHome home, PostgresBinaries binaries, ServerUser user) {

    /** The server's {@code %m [%p] }. */
    private static final Pattern LOG_PREFIX = Pattern.compile("^\\S+ \\S+ UTC \\[\\d+] ");

    /** A program of PostgreSQL's ended badly; the message is the line of its output that tells most. */
    static final class ProgramFailedException extends IOException {
        private static final long serialVersionUID = 1;

        ProgramFailedException(String message) {
            super(message);
        }
    }

    /** Runs one to its end. */
    void run(String program, List<String> arguments) throws IOException {
        Path log = home.log();
        if (!Files.exists(log)) {
            Files.createFile(log);
        }
        user.own(log);
        long logBytesBefore = Files.size(log);
        List<String> command = new ArrayList<>(user.commandPrefix());
        command.add(binaries.program(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        cleanEnvironment(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        int exitCode = awaitEnd(process);
        if (exitCode != 0) {
            throw new ProgramFailedException(
                    program + " ended with " + exitCode + " (" + tellingLine(logBytesBefore) + "; see " + log + ")");
        }
    }

    /** PG* variables, locales and time zones of whoever called shall not change the server. */
    static void cleanEnvironment(Map<String, String> environment) {
        environment.keySet().retainAll(List.of("PATH", "TMPDIR"));
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
    }

    private int awaitEnd(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw home.unusable("interrupted while it was starting", e);
        }
    }

    private String tellingLine(long fromByte) throws IOException {
        String output;
        try (RandomAccessFile log = new RandomAccessFile(home.log().toFile(), "r")) {
            log.seek(fromByte);
            byte[] bytes = new byte[(int) Math.min(log.length() - fromByte, 64 << 10)];
            log.readFully(bytes);
            output = new String(bytes, StandardCharsets.UTF_8);
        }
        List<String> lines = output.lines()
                .map(line -> LOG_PREFIX.matcher(line).replaceFirst("").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        return lines.stream()
                .filter(line -> line.contains("FATAL") || line.contains("error:") || line.contains("could not"))
                .findFirst()
                .or(() -> lines.stream().reduce((earlier, later) -> later))
                .orElse("no output");
    }
}
