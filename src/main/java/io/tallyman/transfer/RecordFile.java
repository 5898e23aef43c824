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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a part file that says how much of it can be built on. It is locked for as long as it is open, and so keeps two
 * processes from writing one part file; the part file's own lock would end when it is closed, before it is renamed.
 */
final class RecordFile implements Closeable {
    private static final long COMPACTED_ABOVE_BYTES = 1 << 20;
    /** Beyond it is not of our making: the largest record has ten thousand pieces, twice. */
    private static final long LARGEST_BYTES = 4 << 20;

    private final OpenDirectory directory;
    private Path name;
    private final FileChannel channel;
    /** Whether its head was written by us, so that lines may follow. */
    private boolean begun;

    private boolean kept;

    /** Around a channel that is locked, or need not be. */
    RecordFile(OpenDirectory directory, Path name, FileChannel channel) {
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
        long size = channel.size();
        if (size == 0 || size > LARGEST_BYTES) {
            return null;
        }
        ByteBuffer text = ByteBuffer.allocate((int) size);
        int count = 0;
        while (count >= 0 && text.hasRemaining()) {
            count = channel.read(text, text.position());
        }
        return KeptRecord.parse(new String(text.array(), 0, text.position(), StandardCharsets.UTF_8));
    }

    /**
     * Adds these pieces to what it says, or says them alone where that is not ours or has grown long. Not forced: what is torn
     * does not parse, and what parses is compared with the bytes it speaks of. Whoever dies in here leaves what it said before,
     * or the beginning of what it is to say.
     *
     * @param all what is kept now
     * @param changed those that are new or have grown
     */
    void write(KeptRecord all, List<KeptPiece> changed) throws IOException {
        if (begun && channel.size() <= COMPACTED_ABOVE_BYTES) {
            put(lines("", changed), channel.size());
        } else {
            // Over the old text, which is never gone before the new one is there; the empty line ends it meanwhile.
            long end = put(lines(all.head(), all.pieces()) + '\n', 0) - 1;
            channel.truncate(end);
            begun = true;
        }
        kept = true;
    }

    private static String lines(String head, List<KeptPiece> pieces) {
        StringBuilder text = new StringBuilder(head);
        pieces.forEach(piece -> text.append(KeptRecord.line(piece)));
        return text.toString();
    }

    /** Returns where the text ends. */
    private long put(String text, long from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        long at = from;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        return at;
    }

    /** Another name in the same directory; the lock stays. */
    void rename(Path target) throws IOException {
        directory.rename(name, target);
        name = target;
    }

    /** Forgets what it says. */
    void clear() throws IOException {
        channel.truncate(0);
        begun = false;
        kept = false;
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
