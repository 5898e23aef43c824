package io.tallyman.transfer;

/**
 * How objects too large for one stream are fetched: in parts, over several connections.
 *
 * @param thresholdBytes objects at least this large are; smaller ones come in one stream
 * @param partBytes the size of one part, and of what is fetched again where a kept part was damaged; 0 to choose it by the
 *     object's size
 * @param connections for one object at most, and only as far as the pool has free ones
 */
public record LargeObjects(long thresholdBytes, long partBytes, int connections) {
    private static final long MIB = 1024 * 1024;
    /** What a smaller object lost is fetched again sooner than it is kept: no record, no lock, no force before its last byte. */
    public static final long KEPT_FROM_BYTES = MIB;

    public static final LargeObjects DEFAULTS = new LargeObjects(64 * MIB, 0, 4);

    private static final long SMALLEST_PART = 8 * MIB;
    private static final long LARGEST_PART = 64 * MIB;
    /** So many parts leave every connection enough to do until the end, and each part long enough to be worth its request. */
    private static final long PARTS_AIMED_AT = 32;
    /** Bounds the memory and the records of the largest object there can be (48.8 TiB). */
    private static final long MOST_PARTS = 10_000;

    public LargeObjects {
        if (thresholdBytes < 1 || partBytes < 0 || connections < 1) {
            throw new IllegalArgumentException("need a threshold and a connection at least, and no negative part: "
                    + thresholdBytes + ", " + partBytes + ", " + connections);
        }
    }

    /** The size of every part but the last of an object of that size. */
    long partBytesOf(long totalBytes) {
        long wanted = partBytes > 0 ? partBytes : Math.clamp(totalBytes / PARTS_AIMED_AT, SMALLEST_PART, LARGEST_PART);
        return Math.max(wanted, Math.ceilDiv(totalBytes, MOST_PARTS));
    }
}
