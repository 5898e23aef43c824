package io.tallyman.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Guards a home that several containers or machines mount: their processes do not see each other, so that a server started elsewhere looks
 * dead here, and a second one on its data would destroy them. A file lock reaches further than a process number; each process
 * holds one as long as it lives.
 */
final class UnseenUsers {
    private static final Duration CLOCK_STEP = Duration.ofSeconds(10);

    /** Closing a channel would drop the lock. */
    private static final Queue<FileChannel> HELD = new ConcurrentLinkedQueue<>();

    private UnseenUsers() {}

    /** Shows ourselves to the others, until this process ends. The caller holds the start lock. */
    static void beSeen(PostgresHome home) throws IOException {
        Files.createDirectories(home.alive());
        FileChannel channel =
                FileChannel.open(home.alive().resolve(ownName()), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        HELD.add(channel);
        try {
            FileLock lock = channel.tryLock();
            assert lock != null;
        } catch (OverlappingFileLockException alreadySeen) {
            return; // another attachment of this process; its lock serves us too
        }
    }

    /** Throws where a process lives that uses the home but is not of this machine or container. */
    static void refuse(PostgresHome home) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.alive(), "[0-9]*-[0-9]*")) {
            for (Path file : files) {
                if (file.getFileName().toString().equals(ownName()) || isOfThisMachine(file)) {
                    continue; // never opened: closing it would drop the lock of this process
                }
                if (isLocked(file)) {
                    throw home.unusable(
                            "a tallyman in another container or on another machine is using it, and only one server may run on"
                                    + " the data",
                            null);
                }
                Files.deleteIfExists(file);
            }
        }
    }

    private static String ownName() {
        return name(ProcessHandle.current());
    }

    private static String name(ProcessHandle process) {
        return process.pid() + "-"
                + process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    }

    private static boolean isOfThisMachine(Path file) {
        String[] pidAndStart = file.getFileName().toString().split("-", 2);
        Instant start = Instant.ofEpochMilli(Long.parseLong(pidAndStart[1]));
        return ProcessHandle.of(Long.parseLong(pidAndStart[0]))
                .flatMap(process -> process.info().startInstant())
                .map(begun -> Duration.between(begun, start).abs().compareTo(CLOCK_STEP) < 0)
                .orElse(false);
    }

    private static boolean isLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }
}
