package io.tallyman.transfer;

import io.tallyman.demo.FaultScript;
import io.tallyman.demo.SeenRequest;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.demo.StoredObject;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.StoreClock;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** A stand-in store with one bucket, a transfer from it, and the folder that its objects land in. */
final class Harbour implements AutoCloseable {
    static final String BUCKET = "harbour";
    static final long SEED = Long.getLong("tallyman.seed", System.nanoTime());
    private static final StandInCredentials KEYS = new StandInCredentials("id", "secret");

    final StandInOss oss;
    final Transfer transfer;
    final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    /** Told of what is kept, too. */
    volatile Consumer<Kept> onKept = kept::add;

    private final ObjectClient client;
    private final TransferSettings settings;
    private final Path root;
    private final Oss4Signer signer;
    private final StoreClock clock;
    private final Duration urlLife;

    /** With the store's clock and ours, and the life of a URL. */
    Harbour(
            Path root,
            LargeObjects large,
            int connections,
            InstantSource theirs,
            InstantSource ours,
            Duration urlLife,
            LongConsumer onReceived) {
        this(root, large, connections, 0, theirs, ours, urlLife, onReceived);
    }

    private Harbour(
            Path root,
            LargeObjects large,
            int connections,
            long minFreeBytes,
            InstantSource theirs,
            InstantSource ours,
            Duration urlLife,
            LongConsumer onReceived) {
        this.root = root;
        this.clock = new StoreClock(ours);
        this.urlLife = urlLife;
        this.oss = StandInOss.builder().credentials(KEYS).clock(theirs).start();
        this.settings = new TransferSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                connections,
                64 * 1024,
                "tallyman/test",
                Durability.NONE,
                large,
                minFreeBytes);
        this.client = new ApacheObjectClient(settings);
        this.transfer = new Transfer(client, settings, clock, onReceived, each -> onKept.accept(each));
        this.signer = new Oss4Signer(new Store(
                "test",
                oss.endpoint(),
                "cn-hangzhou",
                BUCKET,
                Addressing.PATH,
                CredentialsSource.fixed(new Credentials("id", "secret", null, null))));
    }

    Harbour(Path root, LargeObjects large, int connections) {
        this(root, large, connections, 0);
    }

    /** Where large objects leave so much free. */
    Harbour(Path root, LargeObjects large, int connections, long minFreeBytes) {
        this(
                root,
                large,
                connections,
                minFreeBytes,
                InstantSource.system(),
                InstantSource.system(),
                Duration.ofMinutes(15),
                bytes -> {});
    }

    void put(StoredObject object) {
        oss.bucket(BUCKET).put("object", object);
    }

    void script(FaultScript script) {
        oss.script(script);
    }

    TransferOutcome run(long epoch, Expectations expectations) throws Exception {
        return transfer.run(
                new TransferRequest(7, epoch, DestinationPath.under(root, "object"), expectations),
                this::url,
                () -> true);
    }

    /** As another process does that shares the file's name. */
    TransferOutcome resume(Expectations expectations) throws Exception {
        return transfer.resume(
                new TransferRequest(7, 1, DestinationPath.under(root, "object"), expectations),
                "object",
                this::url,
                () -> true);
    }

    /** Another transfer from the same store, to a disk of the caller's. */
    Transfer to(Durability durability, Directories directories, Commits commits) {
        TransferSettings durable = new TransferSettings(
                settings.connectTimeout(),
                settings.idleTimeout(),
                settings.maxConnections(),
                settings.bufferBytes(),
                settings.userAgent(),
                durability,
                settings.large(),
                settings.minFreeBytes());
        return new Transfer(client, durable, clock, bytes -> {}, kept::add, directories, commits);
    }

    io.tallyman.sign.SignedUrl url() {
        return signer.sign(SignRequest.of("object", urlLife), clock.instant());
    }

    Path file() {
        return root.resolve("object");
    }

    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    List<SeenRequest> requests() {
        return oss.seen();
    }

    List<String> ranges() {
        return requests().stream()
                .map(request -> request.headers().get("range"))
                .filter(range -> range != null)
                .toList();
    }

    /** Body bytes that arrived over the wire can be no more than this. */
    long sentBytes() {
        return requests().stream().mapToLong(SeenRequest::bodyBytes).sum();
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static Expectations all(byte[] bytes) {
        Digests digests = new Digests(EnumSet.allOf(ChecksumAlgorithm.class));
        digests.update(bytes, 0, bytes.length);
        return new Expectations((long) bytes.length, digests.finish().checksums());
    }

    @Override
    public void close() throws IOException {
        transfer.close();
        client.close();
        oss.close();
    }
}
