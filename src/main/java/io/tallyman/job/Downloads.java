package io.tallyman.job;

import io.tallyman.transfer.ApacheObjectClient;
import io.tallyman.transfer.Durability;
import io.tallyman.transfer.GatedClient;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.LargeObjects;
import io.tallyman.transfer.ObjectClient;
import io.tallyman.transfer.Proxies;
import io.tallyman.transfer.StallWatch;
import io.tallyman.transfer.TransferSettings;
import io.tallyman.transfer.UrlHosts;
import java.time.InstantSource;

/** How a run's settings make what objects are fetched with. */
public final class Downloads {
    private Downloads() {}

    /** The settings of transfers of which so many go on at once. */
    public static TransferSettings settings(RunConfig config, int parallel, String version, Durability durability) {
        return new TransferSettings(
                config.connectTimeout(),
                config.idleTimeout(),
                Math.max(parallel, config.connectionsPerObject()),
                config.bufferBytes(),
                "tallyman/" + version,
                durability,
                new LargeObjects(config.largeFromBytes(), config.partBytes(), config.connectionsPerObject()),
                config.minFreeSpace());
    }

    /** A client that asks as much as its endpoints can take and watches what they send. Closing it closes all of it. */
    public static ObjectClient client(
            RunConfig config, TransferSettings settings, UrlHosts hosts, Gates gates, InstantSource clock) {
        ObjectClient plain = new ApacheObjectClient(settings, hosts, Proxies.of(System.getenv()), config.stallWindow());
        ObjectClient watched = new StallWatch(plain, config.stallFloor(), config.stallWindow(), System::nanoTime);
        return new GatedClient(watched, gates, clock);
    }
}
