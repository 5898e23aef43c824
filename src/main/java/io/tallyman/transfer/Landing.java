package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.StoreChecksums;
import io.tallyman.verify.Verifier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one object's bytes land: the part file and the checksums of what is in it. Where a source is named the part file outlives
 * a broken attempt: once a second what is in it is forced to disk and recorded beside it, and the next attempt, of this or of
 * another process, hashes it again and goes on behind it. {@link #close} removes everything else. Used by one thread.
 */
final class Landing implements Closeable {
    private static final long RECORD_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Directories directories;
    private final TransferRequest request;
    private final @Nullable String source;
    private @Nullable OpenDirectory directory;
    private @Nullable PartFile part;
    private @Nullable RecordFile recordFile;
    private Digests digests = new Digests(Set.of());
    /** What may be kept, as last recorded; null where nothing may. */
    private @Nullable KeptRecord record;

    private long recordedNanos = System.nanoTime();

    /**
     * A landing without a file yet.
     *
     * @param source what the bytes come from, the same text for the same object; null to keep nothing for later
     */
    Landing(Directories directories, TransferRequest request, @Nullable String source) {
        this.directories = directories;
        this.request = request;
        this.source = source == null ? null : sha256(source);
    }

    /**
     * Takes up what an earlier attempt left, where it is of the same source and its bytes are still those that were recorded; the
     * landing then stands behind them.
     *
     * @return null where there is nothing to build on
     */
    @Nullable
    KeptRecord takeUp(byte[] buffer) throws IOException {
        directory = source == null ? null : directories.find(request.destination());
        if (directory == null) {
            return null;
        }
        recordFile = RecordFile.open(directory, recordName(), false);
        KeptRecord found = recordFile == null ? null : recordFile.read();
        part = recordFile == null ? null : PartFile.reopen(directory, request, false);
        if (part == null || found == null || !fits(found, part) || !rehash(found, part, buffer)) {
            return null;
        }
        part.truncate(found.keptBytes());
        keep(true);
        record = found;
        return found;
    }

    private boolean fits(KeptRecord found, PartFile kept) throws IOException {
        Long expected = request.expectations().sizeBytes();
        return found.source().equals(source)
                && (expected == null || expected == found.totalBytes())
                && kept.sizeBytes() >= found.keptBytes();
    }

    private boolean rehash(KeptRecord found, PartFile kept, byte[] buffer) throws IOException {
        digests = new Digests(Verifier.algorithms(request.expectations(), StoreChecksums.NONE));
        for (long left = found.keptBytes(); left > 0; ) {
            int count = kept.read(buffer, (int) Math.min(left, buffer.length));
            if (count < 0) {
                return false;
            }
            digests.update(buffer, 0, count);
            left -= count;
        }
        return digests.crc64SoFar() == found.crc64();
    }

    /**
     * Begins at the first byte; what was there before is gone.
     *
     * @param store tells which checksums will be needed
     * @param etag null where the store gave none
     * @param totalBytes -1 where unknown
     */
    void begin(StoreChecksums store, @Nullable String etag, long totalBytes) throws IOException {
        digests = new Digests(Verifier.algorithms(request.expectations(), store));
        discard();
        if (part != null) {
            part.truncate(0);
        } else {
            if (directory == null) {
                directory = directories.make(request.destination());
            }
            part = source == null ? PartFile.create(directory, request) : createKeepable(directory);
        }
        if (source != null && etag != null && KeptRecord.isPossible(etag, totalBytes)) {
            record = new KeptRecord(source, etag, totalBytes, 0, 0);
        }
        recordedNanos = System.nanoTime();
    }

    private PartFile createKeepable(OpenDirectory in) throws IOException {
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

    void write(byte[] bytes, int length) throws IOException {
        digests.update(bytes, 0, length);
        part().write(bytes, 0, length);
        if (record != null && System.nanoTime() - recordedNanos >= RECORD_INTERVAL_NANOS) {
            keepSoFar();
        }
    }

    /** Where the next byte of the object goes. */
    long position() {
        return digests.sizeBytes();
    }

    /**
     * Forces what has come to disk and records it, where it can be kept at all. Once the last byte is there nothing more is recorded:
     * the store is asked for at least one byte, since with it come its checksums.
     */
    void keepSoFar() throws IOException {
        PartFile file = part;
        RecordFile beside = recordFile;
        KeptRecord last = record;
        if (file == null
                || beside == null
                || last == null
                || position() <= last.keptBytes()
                || position() >= last.totalBytes()) {
            return;
        }
        file.force();
        KeptRecord now = last.with(position(), digests.crc64SoFar());
        beside.write(now);
        keep(true);
        record = now;
        recordedNanos = System.nanoTime();
    }

    /** Size and checksums of what has landed; call once, at the end. */
    Measurement measure() {
        return digests.finish();
    }

    /** See {@link Commits#commit}. */
    boolean commit(Commits commits, BooleanSupplier stillHeld) throws IOException {
        return commits.commit(part(), stillHeld);
    }

    /** These bytes are not to be built on. */
    void discard() {
        record = null;
        keep(false);
    }

    private void keep(boolean wanted) {
        if (part != null) {
            part.keep(wanted);
        }
        if (recordFile != null) {
            recordFile.keep(wanted);
        }
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
        }
    }
}
