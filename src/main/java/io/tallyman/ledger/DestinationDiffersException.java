package io.tallyman.ledger;

/** A run of the manifest is under way and brings its files to another folder. */
public final class DestinationDiffersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DestinationDiffersException(long runId, String theirs, String ours) {
        super("run %d of this manifest is under way and brings its files to %s, not to %s;"
                        .formatted(runId, theirs, ours)
                + " join it with the same destination, or wait for its end");
    }
}
