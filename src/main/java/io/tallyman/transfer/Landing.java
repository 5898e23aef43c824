package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.StoreChecksums;
import io.tallyman.verify.Verifier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
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

    private final TransferRequest request;
    private final @Nullable String source;
    private @Nullable PartFile part;
    private Digests digests = new Digests(Set.of());
    /** What may be kept, as last recorded; null where nothing may. */
    private @Nullable KeptRecord record;

    private long recordedNanos = System.nanoTime();

    /**
     * A landing without a file yet.
     *
     * @param source what the bytes come from, the same text for the same object; null to keep nothing for later
     */
    Landing(TransferRequest request, @Nullable String source) {
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
        if (source == null || !request.destination().directoriesExist()) {
            return null;
        }
        part = PartFile.reopen(request.destination(), request.entryId(), request.epoch(), false);
        KeptRecord found = part == null ? null : readRecord(part);
        if (part == null || found == null || !fits(found, part) || !rehash(found, part, buffer)) {
            return null;
        }
        part.truncate(found.keptBytes());
        part.keep(true);
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
        if (part != null) {
            forget(part);
            part.truncate(0);
        } else {
            request.destination().createDirectories();
            part = create();
        }
        if (source != null && etag != null && KeptRecord.isPossible(etag, totalBytes)) {
            record = new KeptRecord(source, etag, totalBytes, 0, 0);
        }
        recordedNanos = System.nanoTime();
    }

    private PartFile create() throws IOException {
        if (source == null) {
            return PartFile.create(request.destination(), request.entryId(), request.epoch());
        }
        PartFile created = PartFile.reopen(request.destination(), request.entryId(), request.epoch(), true);
        if (created == null) {
            throw new NoSuchFileException(request.destination().directory().toString());
        }
        created.truncate(0);
        return created;
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
        KeptRecord last = record;
        if (file == null || last == null || position() <= last.keptBytes() || position() >= last.totalBytes()) {
            return;
        }
        file.force();
        KeptRecord now = last.with(position(), digests.crc64SoFar());
        Files.writeString(
                file.record(),
                now.text(),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
        file.keep(true);
        record = now;
        recordedNanos = System.nanoTime();
    }

    private static @Nullable KeptRecord readRecord(PartFile kept) throws IOException {
        try {
            byte[] text = new byte[4096];
            try (var in = Files.newInputStream(kept.record(), LinkOption.NOFOLLOW_LINKS)) {
                return KeptRecord.parse(
                        new String(text, 0, in.readNBytes(text, 0, text.length), StandardCharsets.UTF_8));
            }
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Size and checksums of what has landed; call once, at the end. */
    Measurement measure() {
        return digests.finish();
    }

    /** See {@link PartFile#commit}. */
    boolean commit(BooleanSupplier stillHeld) throws IOException {
        return part().commit(stillHeld);
    }

    /** These bytes are not to be built on. */
    void discard() {
        record = null;
        if (part != null) {
            part.keep(false);
        }
    }

    private void forget(PartFile file) throws IOException {
        discard();
        Files.deleteIfExists(file.record());
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
        PartFile file = part;
        if (file == null) {
            return;
        }
        try {
            // Before the lock is given up with the file: later the record may be another process's.
            if (source != null && file.isGoing()) {
                Files.deleteIfExists(file.record());
            }
        } finally {
            file.close();
        }
    }
}
