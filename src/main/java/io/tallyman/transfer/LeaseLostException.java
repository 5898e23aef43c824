package io.tallyman.transfer;

/**
 * The entry is no longer ours: its lease ran out while the bytes were coming. Nothing of the attempt is left and nothing may be
 * recorded; whoever holds the entry now will.
 */
public final class LeaseLostException extends Exception {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(long entryId, long epoch) {
        super("entry " + entryId + " is no longer held under epoch " + epoch + "; its file was discarded");
    }
}
