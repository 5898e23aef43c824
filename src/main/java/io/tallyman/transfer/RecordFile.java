package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a part file that says how much of it can be built on. It is locked for as long as it is open, and so keeps two
 * processes from writing one part file; the part file's own lock would end when it is closed, before it is renamed.
 */
final class RecordFile implements Closeable {
    private static final int LONGEST_BYTES = 4096;

    private final OpenDirectory directory;
    private final Path name;
    private final FileChannel channel;
    private boolean kept;

    private RecordFile(OpenDirectory directory, Path name, FileChannel channel) {
        this.directory = directory;
        this.name = name;
        this.channel = channel;
    }

    /**
     * Opens and locks the file.
     *
     * @param create whether to create it where it is missing
     * @return null where it is missing and is not to be created
     * @throws PartFileInUseException another process has it open
     */
    static @Nullable RecordFile open(OpenDirectory directory, Path name, boolean create) throws IOException {
        FileChannel channel;
        try {
            channel = create
                    ? directory.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                    : directory.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            Object opened = identity(directory, name);
            lock(channel, name);
            // Whoever held it may have removed it in between; a lock on a removed file keeps nobody away.
            if (opened == null || !opened.equals(identity(directory, name))) {
                throw new PartFileInUseException(name);
            }
            return new RecordFile(directory, name, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path name) throws PartFileInUseException {
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
            throw new PartFileInUseException(name);
        }
    }

    private static @Nullable Object identity(OpenDirectory directory, Path name) throws IOException {
        BasicFileAttributes attributes = directory.attributes(name);
        return attributes == null ? null : attributes.fileKey();
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
                directory.deleteIfExists(name);
            }
        }
    }
}
