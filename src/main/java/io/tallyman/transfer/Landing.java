package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where one object's bytes land: the part file, and beside it the record of what of it outlives a broken attempt or a dead process.
 * {@link #close} removes everything that is neither final nor kept. Positional writes may come from many threads, {@link #keep}
 * from one of them at a time, and {@link #secure} from another; everything else is one thread's.
 */
final class Landing implements Closeable {
    private final Directories directories;
    private final Commits commits;
    private final TransferRequest request;
    private final String source;
    private final boolean shared;
    private final boolean durable;
    private final Consumer<Kept> onKept;
    private @Nullable OpenDirectory directory;
    private @Nullable PartFile part;
    private @Nullable RecordFile recordFile;
    /** What may be kept, and is; null where nothing may. */
    private volatile @Nullable KeptRecord record;

    private boolean keeps;

    /**
     * A landing without a file yet.
     *
     * @param source what the bytes come from, the same text for the same object; kept bytes of another source are not used
     * @param shared whether other processes use the same part file's name: then it is locked from the start and kept at any size.
     *     Otherwise the lease's epoch is in the name, and keeps them apart
     * @param durable whether what is kept is forced to disk before others are told of it
     * @param onKept told of what is kept and no longer kept
     */
    Landing(
            Directories directories,
            Commits commits,
            TransferRequest request,
            String source,
            boolean shared,
            boolean durable,
            Consumer<Kept> onKept) {
        this.directories = directories;
        this.commits = commits;
        this.request = request;
        this.source = source;
        this.shared = shared;
        this.durable = durable;
        this.onKept = onKept;
    }

    /**
     * Takes up what an earlier attempt left, where it is of the same source and at least some of its bytes are still those that were
     * recorded.
     *
     * @return what can be built on; null where there is nothing
     */
    @Nullable
    KeptRecord takeUp(BufferPool buffers) throws IOException, InterruptedException {
        if (!shared && request.epoch() <= 1) {
            return null;
        }
        directory = directories.find(request.destination());
        if (directory == null) {
            return null;
        }
        recordFile = shared
                ? RecordFile.open(directory, recordName(), false)
                : mayBeKept(request.expectations().sizeBytes())
                        ? PartFile.takeOver(directory, request.entryId(), request.epoch())
                        : null;
        if (!shared) {
            PartFile.removeEarlier(directory, request.entryId(), request.epoch());
        }
        if (recordFile == null) {
            return null;
        }
        part = PartFile.reopen(directory, request, false);
        // Whatever cuts this short has not made it worse.
        keep(true);
        KeptRecord found = recordFile.read();
        List<KeptPiece> intact =
                part != null && found != null && fits(found) ? Rehash.intact(part, found.pieces(), buffers) : List.of();
        if (found == null || intact.isEmpty()) {
            discard();
            return null;
        }
        record = found.with(intact);
        tell(record.etag(), intact);
        return record;
    }

    private boolean fits(KeptRecord found) {
        Long expected = request.expectations().sizeBytes();
        return found.source().equals(sha256(source)) && (expected == null || expected == found.totalBytes());
    }

    private boolean mayBeKept(@Nullable Long sizeBytes) {
        return shared || sizeBytes == null || sizeBytes >= LargeObjects.KEPT_FROM_BYTES;
    }

    /**
     * Begins at the first byte; what was there before is gone.
     *
     * @param etag null where the store gave none
     * @param totalBytes -1 where unknown
     * @return what of it may be kept, nothing at first; null where nothing can be
     */
    @Nullable
    KeptRecord begin(@Nullable String etag, long totalBytes) throws IOException {
        discard();
        if (recordFile != null) {
            recordFile.clear();
        }
        if (part != null) {
            part.truncate(0);
        } else {
            part = create();
        }
        record = etag != null && KeptRecord.isPossible(etag, totalBytes) && mayBeKept(totalBytes)
                ? new KeptRecord(sha256(source), etag, totalBytes, List.of())
                : null;
        return record;
    }

    private PartFile create() throws IOException {
        OpenDirectory made = directories.make(request.destination());
        if (directory == null) {
            directory = made;
        } else {
            made.close();
        }
        try {
            return createIn(directory);
        } catch (NoSuchFileException removed) {
            if (recordFile != null) {
                throw removed;
            }
            // Held open, but removed meanwhile: it is made again.
            directories.forget(request.destination());
            directory.close();
            directory = null;
            directory = directories.make(request.destination());
            return createIn(directory);
        }
    }

    private PartFile createIn(OpenDirectory in) throws IOException {
        commits.begin(in);
        return shared ? createShared(in) : PartFile.create(in, request);
    }

    private PartFile createShared(OpenDirectory in) throws IOException {
        if (recordFile == null) {
            recordFile = RecordFile.open(in, recordName(), true);
        }
        PartFile created = PartFile.reopen(in, request, true);
        if (created == null || recordFile == null) {
            throw new NoSuchFileException(request.destination().directory().toString());
        }
        created.truncate(0);
        return created;
    }

    private Path recordName() {
        return PartFile.record(request.entryId(), request.epoch());
    }

    /** Writes behind what was written before. */
    void write(byte[] bytes, int length) throws IOException {
        part().write(bytes, 0, length);
    }

    /** Writes at that place. */
    void write(byte[] bytes, int length, long at) throws IOException {
        part().write(bytes, length, at);
    }

    FileChannel openForReading() throws IOException {
        return part().openForReading();
    }

    /**
     * Records what has come, where it can be kept at all; of a whole object all but its last piece, since the store is asked for
     * at least one byte: with it come its checksums. Not forced, so it outlives the process and may not outlive the machine:
     * whoever takes it up compares the bytes with what is recorded of them.
     *
     * @param there all pieces that were in the file before this was called
     */
    void keep(List<KeptPiece> there) throws IOException {
        KeptRecord last = record;
        if (last == null) {
            return;
        }
        long bytes = there.stream().mapToLong(KeptPiece::lengthBytes).sum();
        List<KeptPiece> pieces = bytes < last.totalBytes() ? there : there.subList(0, there.size() - 1);
        List<KeptPiece> changed = new ArrayList<>(pieces);
        changed.removeAll(new HashSet<>(last.pieces()));
        if (changed.isEmpty()) {
            return;
        }
        KeptRecord now = last.with(pieces);
        openRecord().write(now, changed);
        keep(true);
        record = now;
    }

    /**
     * Gives an object of known size its file of that size and, where it can be kept, its record: a new name may have to wait
     * for the disk, and what came meanwhile would be on no record.
     */
    void prepare(long sizeBytes) throws IOException {
        part().preallocate(sizeBytes);
        if (record != null) {
            openRecord();
        }
    }

    private RecordFile openRecord() throws IOException {
        RecordFile file = recordFile == null ? RecordFile.open(part().directory(), recordName(), true) : recordFile;
        if (file == null) {
            throw new NoSuchFileException(recordName().toString());
        }
        recordFile = file;
        return file;
    }

    /** Forces to disk what {@link #keep} has recorded, and tells of it; the disk may take its time. */
    void secure() throws IOException {
        KeptRecord recorded = record;
        if (recorded == null || recorded.pieces().isEmpty()) {
            return;
        }
        if (durable) {
            part().force();
        }
        tell(recorded.etag(), recorded.pieces());
    }

    /** See {@link Commits#commit}. */
    boolean commit(BooleanSupplier stillHeld) throws IOException {
        return commits.commit(part(), stillHeld);
    }

    /**
     * These bytes are final, or not to be built on. What was recorded of them stays until {@link #close}, for whoever comes after a
     * death in between, and nobody is told before: that may take its time.
     */
    void discard() {
        record = null;
        keep(false);
    }

    /** Whether {@link #close} leaves something for a later attempt. */
    boolean keeps() {
        return keeps;
    }

    private void keep(boolean wanted) {
        keeps = wanted;
        if (part != null) {
            part.keep(wanted);
        }
        if (recordFile != null) {
            recordFile.keep(wanted);
        }
    }

    private void tell(String etag, List<KeptPiece> pieces) {
        onKept.accept(new Kept(request.entryId(), request.epoch(), etag, pieces));
    }

    private PartFile part() {
        if (part == null) {
            throw new IllegalStateException("nothing has begun");
        }
        return part;
    }

    private static String sha256(String text) {
        Digests digest = new Digests(Set.of(ChecksumAlgorithm.SHA256));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes, 0, bytes.length);
        return digest.finish().checksum(ChecksumAlgorithm.SHA256);
    }

    @Override
    public void close() throws IOException {
        try {
            if (part != null) {
                part.close();
            }
        } finally {
            // The lock goes last.
            try {
                if (recordFile != null) {
                    recordFile.close();
                }
            } finally {
                if (directory != null) {
                    directory.close();
                }
            }
            if (recordFile != null && !keeps) {
                tell("", List.of());
            }
        }
    }
}
