package io.tallyman.transfer;

/**
 * The entry is no longer ours, or for too long nobody could say whether it is. Nothing may be recorded; whoever holds the entry now
 * will.
 */
public final class LeaseLostException extends Exception {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(long entryId, long epoch) {
        super("entry " + entryId + " is no longer held under epoch " + epoch + "; nothing was made final");
    }
}
