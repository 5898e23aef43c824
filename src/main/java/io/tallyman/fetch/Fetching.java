package io.tallyman.fetch;

import io.tallyman.job.Destination;
import io.tallyman.job.DestinationRefusedException;
import io.tallyman.job.Downloads;
import io.tallyman.job.Ending;
import io.tallyman.job.RunConfig;
import io.tallyman.job.RunSettings;
import io.tallyman.job.ShutdownDrain;
import io.tallyman.retry.Backoff;
import io.tallyman.sign.StoreClock;
import io.tallyman.transfer.Durability;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.ObjectClient;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferSettings;
import io.tallyman.transfer.UrlHosts;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Fetches URLs that somebody else signed, with the settings of a run: the same attempts, waits and timeouts. When it
 * returns, every file it told of is durable; what a stop or a broken network cut is kept beside it and goes on with the
 * next call.
 */
@Singleton
public class Fetching {
    private final RunConfig config;
    private final ShutdownDrain shutdown;
    private final Clock clock;
    private final String version;

    public Fetching(
            RunConfig config,
            ShutdownDrain shutdown,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.config = config;
        this.shutdown = shutdown;
        this.clock = clock;
        this.version = version;
    }

    /**
     * Fetches all of the list. A signal to the process cuts it short.
     *
     * @param results told of each URL as it ends, by one thread at a time
     * @param remarks told, a line each, why less is asked of an endpoint and when no longer; by any thread
     * @throws DestinationRefusedException where the destination cannot be made or written
     */
    public FetchResult run(
            FetchRequest request, FetchProgress progress, Consumer<Fetched> results, Consumer<String> remarks)
            throws InterruptedException {
        Path root = Destination.prepared(request.destination());
        int configured = request.parallel() == null ? config.parallel() : request.parallel();
        int parallel = Math.min(configured, request.list().rows().size());
        TransferSettings settings = Downloads.settings(config, parallel, version, Durability.OBJECT);
        // Who typed a URL chose where it leads; who wrote a list that is fetched did not start this program.
        UrlHosts hosts = request.list().isTyped() ? UrlHosts.ANY : RunSettings.urlHosts(config);
        progress.expect(request.list().rows().size());
        Gates gates = new Gates(
                settings.maxConnections(),
                System::nanoTime,
                (endpoint, change) -> remarks.accept(endpoint + ' ' + change.message()));
        try (ObjectClient client = Downloads.client(config, settings, hosts, gates, clock);
                Transfer transfer =
                        new Transfer(client, settings, new StoreClock(clock), progress::received, kept -> {})) {
            FetchTask task = new FetchTask(
                    root,
                    transfer,
                    gates,
                    request.headers(),
                    config,
                    new Backoff(config.backoffBase(), config.backoffCap(), RandomGenerator.getDefault()),
                    progress);
            FetchCrew crew = new FetchCrew(task, parallel, progress, results);
            return shutdown.whileRunning(
                    () -> crew.stop(Ending.SIGNALLED),
                    () -> crew.work(request.list().rows()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
