package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file bytes are written to until they are proven: {@code .tallyman.<entryId>-<epoch>.part} beside the final file, on the same
 * file system, so that one rename makes it final. Unless {@link #rename} returned, or {@link #keep} asked for it to stay,
 * {@link #close} removes it. Used by one thread,
 * positional writes and {@link #force} aside.
 */
final class PartFile implements Closeable {
    /** Up to here earlier epochs are tried by name; beyond, looking through the directory is cheaper. */
    private static final long MAX_EPOCHS_BY_NAME = 256;

    private final OpenDirectory directory;
    private final Path part;
    private final Path destination;
    private final FileChannel channel;
    private final boolean older;
    private boolean committed;
    private boolean kept;

    private PartFile(OpenDirectory directory, Path part, Path destination, FileChannel channel, boolean older) {
        this.directory = directory;
        this.part = part;
        this.destination = destination;
        this.channel = channel;
        this.older = older;
    }

    /**
     * Creates the part file of this lease; what a broken attempt under the same lease left there is replaced.
     *
     * @param directory stays the caller's, who closes it after the part file
     */
    static PartFile create(OpenDirectory directory, TransferRequest request) throws IOException {
        Path part = name(request.entryId(), request.epoch());
        FileChannel channel;
        try {
            channel = directory.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            directory.deleteIfExists(part);
            channel = directory.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        return new PartFile(directory, part, request.destination().fileName(), channel, false);
    }

    /**
     * Opens the part file an earlier process may have left under the same name. Only the holder of its {@link RecordFile} may.
     *
     * @param create whether to create it where it is missing
     * @return null where it is missing and is not to be created
     */
    static @Nullable PartFile reopen(OpenDirectory directory, TransferRequest request, boolean create)
            throws IOException {
        Path part = name(request.entryId(), request.epoch());
        try {
            FileChannel channel = create
                    ? directory.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                    : directory.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new PartFile(directory, part, request.destination().fileName(), channel, true);
        } catch (NoSuchFileException e) {
            if (create) {
                throw e;
            }
            return null;
        }
    }

    /** The name of the {@link RecordFile} of a part file, in the same directory. */
    static Path record(long entryId, long epoch) {
        return Path.of(name(entryId, epoch) + ".kept");
    }

    /** Removes what attempts under earlier leases of the entry left; only the holder of the newest lease may call it. */
    static void removeEarlier(OpenDirectory directory, long entryId, long epoch) throws IOException {
        if (epoch <= MAX_EPOCHS_BY_NAME) {
            for (long earlier = 1; earlier < epoch; earlier++) {
                directory.deleteIfExists(name(entryId, earlier));
                directory.deleteIfExists(record(entryId, earlier));
            }
            return;
        }
        for (Found found : found(directory, entryId, epoch)) {
            directory.deleteIfExists(found.name());
        }
    }

    /**
     * Makes the newest part file that an earlier lease left with a record this lease's own. Only the holder of the newest lease may
     * call it; where a worker that was taken for dead still writes there, its file stays its own.
     *
     * @return the record, locked and under its new name; null where there is nothing to take over
     */
    static @Nullable RecordFile takeOver(OpenDirectory directory, long entryId, long epoch) throws IOException {
        for (long earlier = newestRecorded(directory, entryId, epoch); earlier > 0; ) {
            RecordFile record;
            try {
                record = RecordFile.open(directory, record(entryId, earlier), false);
            } catch (PartFileInUseException stillWritten) {
                return null;
            }
            if (record == null) {
                return null;
            }
            try {
                directory.rename(name(entryId, earlier), name(entryId, epoch));
                record.rename(record(entryId, epoch));
                return record;
            } catch (NoSuchFileException e) {
                // A record without its bytes; closing removes it, and an older one may have both.
                record.close();
                earlier = newestRecorded(directory, entryId, earlier);
            } catch (IOException e) {
                record.close();
                throw e;
            }
        }
        return null;
    }

    /** The newest epoch before the given one that left a record of a part file; 0 where none did. */
    private static long newestRecorded(OpenDirectory directory, long entryId, long epoch) throws IOException {
        if (epoch <= MAX_EPOCHS_BY_NAME) {
            long earlier = epoch - 1;
            while (earlier > 0 && !isRecorded(directory, entryId, earlier)) {
                earlier--;
            }
            return earlier;
        }
        long newest = 0;
        for (Found found : found(directory, entryId, epoch)) {
            if (found.epoch() > newest && isRecorded(directory, entryId, found.epoch())) {
                newest = found.epoch();
            }
        }
        return newest;
    }

    /** Whether both files are there; a link that somebody planted under such a name is neither. */
    private static boolean isRecorded(OpenDirectory directory, long entryId, long epoch) throws IOException {
        return isFile(directory, record(entryId, epoch)) && isFile(directory, name(entryId, epoch));
    }

    private static boolean isFile(OpenDirectory directory, Path name) throws IOException {
        BasicFileAttributes there = directory.attributes(name);
        return there != null && there.isRegularFile();
    }

    /** What an earlier lease left: a part file, or the record of one. */
    private record Found(Path name, long epoch) {}

    /** Never of a later lease: we may be the fenced worker ourselves. */
    private static List<Found> found(OpenDirectory directory, long entryId, long epoch) throws IOException {
        Pattern ours = Pattern.compile(
                Pattern.quote(DestinationPath.RESERVED_PREFIX + entryId + "-") + "([0-9]{1,18})\\.part(?:\\.kept)?");
        List<Found> found = new ArrayList<>();
        for (Path name : directory.names()) {
            Matcher parts = ours.matcher(name.toString());
            if (parts.matches() && Long.parseLong(parts.group(1)) < epoch) {
                found.add(new Found(name, Long.parseLong(parts.group(1))));
            }
        }
        return found;
    }

    private static Path name(long entryId, long epoch) {
        return Path.of(DestinationPath.RESERVED_PREFIX + entryId + "-" + epoch + ".part");
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
        return directory.open(part, StandardOpenOption.READ);
    }

    /** Cuts the file there and goes on writing there. */
    void truncate(long sizeBytes) throws IOException {
        channel.truncate(sizeBytes).position(sizeBytes);
    }

    /** Makes what was written so far durable, the file's name aside; sealed or not. An interrupt does not stop it. */
    void force() throws IOException {
        Uninterrupted.run(() -> {
            if (channel.isOpen()) {
                channel.force(false);
                return;
            }
            try (FileChannel again = directory.open(part, StandardOpenOption.WRITE)) {
                again.force(false);
            }
        });
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
        directory.rename(part, destination);
        committed = true;
        return true;
    }

    /** Whether it may hold bytes that were written before this process looked. */
    boolean mayBeOlder() {
        return older;
    }

    /** The directory of both names. */
    OpenDirectory directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (!committed && !kept) {
                directory.deleteIfExists(part);
            }
        }
    }
}
