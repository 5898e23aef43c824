package io.tallyman.transfer;

import java.util.List;

/**
 * What is kept on disk of an object that has not landed yet, for whoever wants to see it. The bytes were forced to disk before this
 * was told; the record beside the part file says the same, and it alone is built on.
 *
 * @param etag the object's, quotes included
 * @param pieces in order; empty where what was kept is worth nothing any more
 */
public record Kept(long entryId, long epoch, String etag, List<KeptPiece> pieces) {
    public Kept {
        pieces = List.copyOf(pieces);
    }
}
