package io.tallyman.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A process as others may recognise it.
 *
 * @param host for people
 * @param machine host name, boot and process-id namespace: equal means that a pid names the same process on both sides
 * @param pid as the process itself sees it
 * @param started its start time as the kernel prints it, which tells it from a later process of the same pid
 */
public record WorkerProcess(String host, String machine, long pid, String started) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");
    /** Field 22 of /proc/PID/stat (proc(5)), counted from the state, which is field 3. */
    private static final int START_TIME_AFTER_STATE = 19;

    /**
     * This process. Where the system does not tell its boot and namespace (only Linux does), the machine is one of its own,
     * and others notice this process's death by its heartbeat alone.
     */
    public static WorkerProcess current() {
        String host = hostName();
        long pid = ProcessHandle.current().pid();
        try {
            String machine =
                    host + ' ' + Files.readString(BOOT_ID).strip() + ' ' + Files.readSymbolicLink(PID_NAMESPACE);
            return new WorkerProcess(host, machine, pid, startOf(pid).orElse(""));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return new WorkerProcess(host, host + ' ' + UUID.randomUUID(), pid, "");
        }
    }

    /** Whether the process with that pid and start, on this process's machine, has ended. */
    static boolean hasEnded(long pid, String started) {
        try {
            return !startOf(pid).orElse("ended").equals(started);
        } catch (IOException unknown) {
            // It cannot be looked at: its heartbeat will tell.
            return false;
        }
    }

    /** Empty where no such process lives; a zombie does not. */
    private static Optional<String> startOf(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The command in parentheses may hold blanks and parentheses of its own.
            String[] afterCommand = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            String state = afterCommand[0];
            return state.equals("Z") || state.equals("X")
                    ? Optional.empty()
                    : Optional.of(afterCommand[START_TIME_AFTER_STATE]);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
