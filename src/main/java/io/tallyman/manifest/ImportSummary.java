package io.tallyman.manifest;

/**
 * What an import did to its manifest.
 *
 * @param added entries that were not there before
 * @param changed entries that were there and differ now; where the bytes or the path may differ they are pending again
 * @param unchanged entries as they were (a URL signed anew is taken over and is no change)
 * @param gone entries that are no longer in the file and were removed; their attempts stay
 * @param expectedBytes the sum of the sizes the file gives
 */
public record ImportSummary(long manifestId, long added, long changed, long unchanged, long gone, long expectedBytes) {

    /** How many entries the manifest has now. */
    public long entries() {
        return added + changed + unchanged;
    }
}
