package io.tallyman.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tallyman.transfer.UrlAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The knobs of a run; each has a paragraph in the configuration page. */
@ConfigMapping(prefix = "tallyman.run")
public interface RunConfig {
    /** Objects in flight at once in this process. */
    @WithDefault("64")
    int parallel();

    /** Attempts an entry may use up before it is quarantined. */
    @WithDefault("5")
    int maxAttempts();

    /** Attempts that use none up (throttled, URL expired) before the entry is quarantined all the same. */
    @WithDefault("100")
    int maxDeferrals();

    /** How often an entry may have a new URL signed at no expense; after that it uses up attempts. */
    @WithDefault("2")
    int maxResigns();

    /** At how many workers that died while they held it an entry is quarantined. */
    @WithDefault("2")
    int maxWorkerDeaths();

    /** Upper bound of the first retry delay; doubles with every attempt, and the delay is drawn below it. */
    @WithDefault("1S")
    Duration backoffBase();

    /** Upper bound of any retry delay that the store did not ask for. */
    @WithDefault("5M")
    Duration backoffCap();

    /** How long a presigned URL lives where the entry does not say. */
    @WithDefault("15M")
    Duration urlExpires();

    /** How often a worker shows that it lives. */
    @WithDefault("10S")
    Duration heartbeat();

    /** When a silent worker counts as dead and its entries are taken over. */
    @WithDefault("45S")
    Duration deadAfter();

    /** How long entries in flight may take to finish after a stop before they are cut and given back. */
    @WithDefault("20S")
    Duration drain();

    /** How long a database that does not answer is waited for before the worker gives up. */
    @WithDefault("2M")
    Duration databasePatience();

    /** Longest wait for a TCP connection, and again for its TLS handshake. */
    @WithDefault("10S")
    Duration connectTimeout();

    /** Longest silence on an open connection, before the head and between any two reads. */
    @WithDefault("60S")
    Duration idleTimeout();

    /** Bytes a second below which a body is cut as stalled; 0 for never. */
    @WithDefault("1024")
    long stallFloor();

    /** Over how much time spent waiting for the network that is measured. */
    @WithDefault("30S")
    Duration stallWindow();

    /** Bytes that must be free where the destination is for anything new to be begun. */
    @WithDefault("67108864")
    long minFreeSpace();

    /** How long a full disk is waited for before the worker gives up. */
    @WithDefault("1M")
    Duration diskPatience();

    /** Bytes of one read and write. */
    @WithDefault("65536")
    int bufferBytes();

    /** Hosts that URLs signed by others may lead to, {@code *.example.com} for all below one; all where none are given. */
    Optional<List<String>> urlHosts();

    /** Which addresses those hosts may have. */
    @WithDefault("public")
    UrlAddresses urlAddresses();

    /** From this size on an object is fetched in parts, over several connections. */
    @WithDefault("67108864")
    long largeFromBytes();

    /** Size of such a part; 0 chooses it by the object's size. */
    @WithDefault("0")
    long partBytes();

    /** Connections for one large object at most, taken only where they are free. */
    @WithDefault("4")
    int connectionsPerObject();

    /** A URL, told of every run's end; may hold a secret, so it is no URI: what cannot be converted would be quoted. */
    Optional<String> webhook();
}
