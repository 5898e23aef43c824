package io.tallyman.transfer;

import io.tallyman.verify.Crc64;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of one object are in its part file, which are being fetched and by nobody twice, and which are free to be taken: pieces
 * of at most one part each. Thread-safe; never blocks.
 */
final class PartMap {
    private final long totalBytes;
    private final long partBytes;
    /** What is whole, by offset; and what is being fetched. A piece is in one of the two. */
    private final TreeMap<Long, KeptPiece> whole = new TreeMap<>();

    private final TreeMap<Long, Taken> taken = new TreeMap<>();

    private long wholeBytes;
    /** No byte before it is free. */
    private long firstFree;
    /** Every byte before it is in the file. */
    private long prefix;

    /**
     * A piece in work.
     *
     * @param runsOn whether what brings it could bring the next part as well
     * @param comes whether the store has agreed to send it
     */
    private record Taken(Piece piece, boolean runsOn, boolean comes) {}

    /** The map of an object of which these pieces are there already. */
    PartMap(long totalBytes, long partBytes, List<KeptPiece> kept) {
        this.totalBytes = totalBytes;
        this.partBytes = partBytes;
        kept.forEach(this::isWhole);
    }

    long totalBytes() {
        return totalBytes;
    }

    /**
     * Takes the first free part. Where that is the one a stream would run on into, it takes the one behind, so that the stream is not
     * cut sooner than need be.
     *
     * @return null where nothing is free
     */
    synchronized @Nullable Piece take() {
        long at = firstFree(firstFree);
        firstFree = at;
        while (at < totalBytes) {
            long end = freeUntil(at);
            Map.Entry<Long, Taken> before = taken.floorEntry(at);
            boolean wanted = before != null
                    && before.getValue().runsOn()
                    && before.getValue().piece().limit() == at;
            if (!wanted) {
                return taken(at, Math.min(end, at + partBytes));
            }
            if (end - at > partBytes) {
                return taken(at + partBytes, Math.min(end, at + 2 * partBytes));
            }
            at = firstFree(end);
        }
        return null;
    }

    /**
     * Takes the part that begins there, for a stream that reaches beyond it or ends with it; null where it is not free. What another
     * lane took and has not been promised by the store yet counts as free: a stream that comes is worth more than a range that
     * may not.
     */
    synchronized @Nullable Piece takeAt(long offset, long streamEnd) {
        Taken next = taken.get(offset);
        if (next != null && !next.comes()) {
            next.piece().endHere();
            taken.remove(offset);
        }
        if (offset >= totalBytes || firstFree(offset) != offset) {
            return null;
        }
        long limit = Math.min(Math.min(freeUntil(offset), offset + partBytes), streamEnd);
        Piece piece = new Piece(offset, limit);
        taken.put(offset, new Taken(piece, streamEnd > limit, true));
        return piece;
    }

    private Piece taken(long offset, long limit) {
        Piece piece = new Piece(offset, limit);
        taken.put(offset, new Taken(piece, false, false));
        return piece;
    }

    /** The store has agreed to send the piece; false where it was taken away meanwhile, and is done for this lane. */
    synchronized boolean comes(Piece piece) {
        Taken mine = taken.get(piece.offset());
        if (mine == null || mine.piece() != piece) {
            return false;
        }
        taken.put(piece.offset(), new Taken(piece, mine.runsOn(), true));
        return true;
    }

    /** Whoever fetched the piece is through with it; what is missing of it is free again. */
    synchronized void release(Piece piece) {
        Taken mine = taken.get(piece.offset());
        if (mine == null || mine.piece() != piece) {
            return;
        }
        taken.remove(piece.offset());
        piece.endHere();
        KeptPiece came = piece.soFar();
        if (came.lengthBytes() > 0) {
            isWhole(came);
        }
        firstFree = Math.min(firstFree, came.end());
    }

    private void isWhole(KeptPiece piece) {
        whole.put(piece.offset(), piece);
        wholeBytes += piece.lengthBytes();
    }

    /** The first free byte from there on, or the object's end. */
    private long firstFree(long from) {
        long at = from;
        while (at < totalBytes) {
            long end = Math.max(endOfWhole(at), endOfTaken(at));
            if (end <= at) {
                return at;
            }
            at = end;
        }
        return totalBytes;
    }

    private long endOfWhole(long at) {
        Map.Entry<Long, KeptPiece> piece = whole.floorEntry(at);
        return piece == null ? 0 : piece.getValue().end();
    }

    private long endOfTaken(long at) {
        Map.Entry<Long, Taken> piece = taken.floorEntry(at);
        return piece == null ? 0 : piece.getValue().piece().limit();
    }

    /** Up to where a free byte has free ones behind it. */
    synchronized long freeUntil(long free) {
        Long nextWhole = whole.higherKey(free);
        Long nextTaken = taken.higherKey(free);
        return Math.min(nextWhole == null ? totalBytes : nextWhole, nextTaken == null ? totalBytes : nextTaken);
    }

    /** Whether every byte is in the file and nobody fetches any. */
    synchronized boolean isComplete() {
        return taken.isEmpty() && bytesThere() == totalBytes;
    }

    synchronized long bytesThere() {
        long bytes = wholeBytes;
        for (Taken piece : taken.values()) {
            bytes += piece.piece().soFar().lengthBytes();
        }
        return bytes;
    }

    /** What is in the file, in order. */
    synchronized List<KeptPiece> soFar() {
        TreeMap<Long, KeptPiece> all = new TreeMap<>(whole);
        taken.forEach((offset, piece) -> {
            KeptPiece came = piece.piece().soFar();
            if (came.lengthBytes() > 0) {
                all.put(offset, came);
            }
        });
        return new ArrayList<>(all.values());
    }

    /** How many bytes from the beginning are in the file without a gap. */
    synchronized long prefixBytes() {
        while (prefix < totalBytes) {
            Map.Entry<Long, Taken> coming = taken.floorEntry(prefix);
            long end = Math.max(
                    endOfWhole(prefix),
                    coming == null ? 0 : coming.getValue().piece().position());
            if (end <= prefix) {
                break;
            }
            prefix = end;
        }
        return prefix;
    }

    /** The checksum of the whole object, put together from its pieces'; only of a complete one. */
    synchronized long crc64() {
        if (!isComplete()) {
            throw new IllegalStateException("not all of the object is there");
        }
        long crc = 0;
        for (KeptPiece piece : whole.values()) {
            crc = Crc64.combine(crc, piece.crc64(), piece.lengthBytes());
        }
        return crc;
    }
}
