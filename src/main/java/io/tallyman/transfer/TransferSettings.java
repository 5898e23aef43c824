package io.tallyman.transfer;

import java.time.Duration;

/**
 * How objects are fetched.
 *
 * @param connectTimeout for the connection and, again, for the TLS handshake
 * @param idleTimeout the longest silence between two reads, and before the answer's head; there is no limit to the whole
 * @param maxConnections the pool's size, in all and to one host; at least the number of transfers at once, which otherwise wait
 * @param bufferBytes the size of one read and write
 * @param userAgent what the store's access log shows of us
 * @param durability when a file that landed is on disk
 * @param large how large objects are fetched
 * @param minFreeBytes what a large object leaves free at the destination, or is not begun
 */
public record TransferSettings(
        Duration connectTimeout,
        Duration idleTimeout,
        int maxConnections,
        int bufferBytes,
        String userAgent,
        Durability durability,
        LargeObjects large,
        long minFreeBytes) {
    public static final TransferSettings DEFAULTS = new TransferSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(30), 64, 64 * 1024, "tallyman", Durability.GROUP);

    /** With the defaults for large objects, which may fill the disk. */
    public TransferSettings(
            Duration connectTimeout,
            Duration idleTimeout,
            int maxConnections,
            int bufferBytes,
            String userAgent,
            Durability durability) {
        this(connectTimeout, idleTimeout, maxConnections, bufferBytes, userAgent, durability, LargeObjects.DEFAULTS, 0);
    }

    public TransferSettings {
        requirePositive("connectTimeout", connectTimeout.toMillis());
        requirePositive("idleTimeout", idleTimeout.toMillis());
        requirePositive("maxConnections", maxConnections);
        requirePositive("bufferBytes", bufferBytes);
        if (!userAgent.matches("[\\x21-\\x7e]+( [\\x21-\\x7e]+)*")) {
            throw new IllegalArgumentException("userAgent must be printable ASCII");
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than zero, not " + value);
        }
    }
}
