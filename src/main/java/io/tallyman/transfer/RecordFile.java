package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a part file that says how much of it can be built on. It is locked for as long as it is open, and so keeps two
 * processes from writing one part file; the part file's own lock would end when it is closed, before it is renamed.
 */
final class RecordFile implements Closeable {
    private static final int LONGEST_BYTES = 4096;

    private final Path path;
    private final FileChannel channel;
    private boolean kept;

    private RecordFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens and locks the file.
     *
     * @param create whether to create it where it is missing
     * @return null where it is missing and is not to be created
     * @throws PartFileInUseException another process has it open
     */
    static @Nullable RecordFile open(Path path, boolean create) throws IOException {
        Set<OpenOption> options =
                new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (create) {
            options.add(StandardOpenOption.CREATE);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(path, options);
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            Object opened = identity(path);
            lock(channel, path);
            // Whoever held it may have removed it in between; a lock on a removed file keeps nobody away.
            if (opened == null || !opened.equals(identity(path))) {
                throw new PartFileInUseException(path);
            }
            return new RecordFile(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path path) throws PartFileInUseException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        } catch (IOException withoutLocks) {
            // Some network file systems have none; two commands for one file at once are then the user's own care.
            locked = true;
        }
        if (!locked) {
            throw new PartFileInUseException(path);
        }
    }

    private static @Nullable Object identity(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** What it says; null where it is empty, torn or not of our making. */
    @Nullable
    KeptRecord read() throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_BYTES);
        int count = channel.read(text, 0);
        return count <= 0 ? null : KeptRecord.parse(new String(text.array(), 0, count, StandardCharsets.UTF_8));
    }

    /** Replaces what it says. Not atomic and not forced: what is torn does not parse, or does not fit the bytes it speaks of. */
    void write(KeptRecord record) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(record.text().getBytes(StandardCharsets.UTF_8));
        channel.truncate(0);
        for (int at = 0; text.hasRemaining(); ) {
            at += channel.write(text, at);
        }
        kept = true;
    }

    /** Whether {@link #close} leaves it for a later process; not at first, and after {@link #write}. */
    void keep(boolean wanted) {
        kept = wanted;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (!kept) {
                // While the lock is held: afterwards it may be another process's.
                Files.deleteIfExists(path);
            }
        }
    }
}
