package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The file bytes are written to until they are proven: {@code .tallyman.<entryId>-<epoch>.part} beside the final file, on the same
 * file system, so that one rename makes it final. Unless {@link #rename} returned, or {@link #keep} asked for it to stay,
 * {@link #close} removes it. Used by one thread,
 * positional writes and {@link #force} aside.
 */
final class PartFile implements Closeable {
    /** Up to here earlier epochs are tried by name; beyond, looking through the directory is cheaper. */
    private static final long MAX_EPOCHS_BY_NAME = 32;

    private static final String RECORD_SUFFIX = ".kept";

    private final Path part;
    private final Path destination;
    private final FileChannel channel;
    private boolean committed;
    private boolean kept;

    private PartFile(Path part, Path destination, FileChannel channel) {
        this.part = part;
        this.destination = destination;
        this.channel = channel;
    }

    /** Creates the part file of this lease; what a broken attempt under the same lease left there is replaced. */
    static PartFile create(DestinationPath destination, long entryId, long epoch) throws IOException {
        Path part = destination.directory().resolve(name(entryId, epoch));
        try {
            return new PartFile(part, destination.file(), open(part));
        } catch (FileAlreadyExistsException e) {
            Files.delete(part);
            return new PartFile(part, destination.file(), open(part));
        }
    }

    private static FileChannel open(Path part) throws IOException {
        return FileChannel.open(
                part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Opens the part file an earlier process may have left under the same name. Only the holder of its {@link RecordFile} may.
     *
     * @param create whether to create it where it is missing
     * @return null where it is missing and is not to be created
     */
    static @Nullable PartFile reopen(DestinationPath destination, long entryId, long epoch, boolean create)
            throws IOException {
        Path part = destination.directory().resolve(name(entryId, epoch));
        Set<OpenOption> options =
                new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (create) {
            options.add(StandardOpenOption.CREATE);
        }
        try {
            return new PartFile(part, destination.file(), FileChannel.open(part, options));
        } catch (NoSuchFileException e) {
            if (create) {
                throw e;
            }
            return null;
        }
    }

    /** Where the {@link RecordFile} of a part file lies: beside it. */
    static Path record(DestinationPath destination, long entryId, long epoch) {
        return destination.directory().resolve(name(entryId, epoch) + RECORD_SUFFIX);
    }

    /** Removes what attempts under earlier leases of the entry left; only the holder of the newest lease may call it. */
    static void removeEarlier(DestinationPath destination, long entryId, long epoch) throws IOException {
        Path directory = destination.directory();
        if (epoch <= MAX_EPOCHS_BY_NAME) {
            for (long earlier = 1; earlier < epoch; earlier++) {
                Files.deleteIfExists(directory.resolve(name(entryId, earlier)));
                Files.deleteIfExists(record(destination, entryId, earlier));
            }
            return;
        }
        String prefix = DestinationPath.RESERVED_PREFIX + entryId + "-";
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory, prefix + "*.part*")) {
            for (Path name : names) {
                // Never a later one: we may be the fenced worker ourselves.
                if (epochOf(name, prefix) < epoch) {
                    Files.deleteIfExists(name);
                }
            }
        }
    }

    /**
     * Makes the newest part file that an earlier lease left with a record this lease's own. Only the holder of the newest lease may
     * call it; where a worker that was taken for dead still writes there, its file stays its own.
     *
     * @return the record, locked and under its new name; null where there is nothing to take over
     */
    static @Nullable RecordFile takeOver(DestinationPath destination, long entryId, long epoch) throws IOException {
        for (long earlier = newestRecorded(destination, entryId, epoch); earlier > 0; ) {
            RecordFile record;
            try {
                record = RecordFile.open(record(destination, entryId, earlier), false);
            } catch (PartFileInUseException stillWritten) {
                return null;
            }
            if (record == null) {
                return null;
            }
            try {
                Path directory = destination.directory();
                Files.move(
                        directory.resolve(name(entryId, earlier)),
                        directory.resolve(name(entryId, epoch)),
                        StandardCopyOption.ATOMIC_MOVE);
                record.rename(record(destination, entryId, epoch));
                return record;
            } catch (NoSuchFileException e) {
                // A record without its bytes; closing removes it, and an older one may have both.
                record.close();
                earlier = newestRecorded(destination, entryId, earlier);
            } catch (IOException e) {
                record.close();
                throw e;
            }
        }
        return null;
    }

    /** The newest epoch before the given one that left a record; 0 where none did. */
    private static long newestRecorded(DestinationPath destination, long entryId, long epoch) throws IOException {
        if (epoch <= MAX_EPOCHS_BY_NAME) {
            long earlier = epoch - 1;
            while (earlier > 0 && Files.notExists(record(destination, entryId, earlier), LinkOption.NOFOLLOW_LINKS)) {
                earlier--;
            }
            return earlier;
        }
        String prefix = DestinationPath.RESERVED_PREFIX + entryId + "-";
        long newest = 0;
        try (DirectoryStream<Path> names =
                Files.newDirectoryStream(destination.directory(), prefix + "*.part" + RECORD_SUFFIX)) {
            for (Path name : names) {
                long found = epochOf(name, prefix);
                newest = found < epoch ? Math.max(newest, found) : newest;
            }
        }
        return newest;
    }

    /** The epoch in a part file's name; beyond every epoch where the name is not of our making. */
    private static long epochOf(Path name, String prefix) {
        String fileName = String.valueOf(name.getFileName());
        String digits = fileName.substring(prefix.length(), fileName.lastIndexOf(".part"));
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
    }

    private static String name(long entryId, long epoch) {
        return DestinationPath.RESERVED_PREFIX + entryId + "-" + epoch + ".part";
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Writes at that place. May be called by many threads at once, for places that do not overlap. */
    void write(byte[] bytes, int length, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
    }

    /**
     * Gives the file its final size before its bytes come. Java can reserve no blocks, so a full disk still shows while writing;
     * what a file system or a quota cannot hold at all shows here.
     */
    void preallocate(long sizeBytes) throws IOException {
        if (channel.size() > sizeBytes) {
            channel.truncate(sizeBytes);
        } else if (channel.size() < sizeBytes) {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    /** Another channel to the same bytes, for a thread that may be interrupted: that closes only this one. */
    FileChannel openForReading() throws IOException {
        return FileChannel.open(part, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    long sizeBytes() throws IOException {
        return channel.size();
    }

    /** Cuts the file there and goes on writing there. */
    void truncate(long sizeBytes) throws IOException {
        channel.truncate(sizeBytes).position(sizeBytes);
    }

    /** Makes what was written so far durable, the file's name aside; sealed or not. */
    void force() throws IOException {
        if (channel.isOpen()) {
            channel.force(false);
            return;
        }
        try (FileChannel again = FileChannel.open(part, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            again.force(false);
        }
    }

    /** Whether {@link #close} leaves the file for a later process; not at first. */
    void keep(boolean wanted) {
        kept = wanted;
    }

    /** Ends writing and reading. Closing may be what tells that the bytes did not fit (network file systems, quotas). */
    void seal() throws IOException {
        channel.close();
    }

    /**
     * Gives the sealed file its final name, replacing one that is there; afterwards it is no part file any more.
     *
     * @param stillHeld asked right before
     * @return false, and nothing renamed, where it is not
     */
    boolean rename(BooleanSupplier stillHeld) throws IOException {
        seal();
        if (!stillHeld.getAsBoolean()) {
            return false;
        }
        Files.move(part, destination, StandardCopyOption.ATOMIC_MOVE);
        committed = true;
        return true;
    }

    /** The directory of both names. */
    Path directory() {
        return Objects.requireNonNull(part.getParent());
    }

    /** Makes the names in a directory durable. An interrupt does not stop it: what was renamed is to be reported. */
    static void forceDirectory(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                    names.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (!committed && !kept) {
                Files.deleteIfExists(part);
            }
        }
    }
}
