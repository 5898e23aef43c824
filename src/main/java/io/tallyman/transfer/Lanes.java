package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Store.THROTTLED;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what is missing of one large object over one lane, and more where connections are free and the bytes come faster for it.
 * The first lane goes on with an answer that is there already, so an object whose store knows no ranges just comes in one stream.
 * Used by one thread, which waits meanwhile.
 */
final class Lanes {
    /** How long a number of lanes is measured before another is tried. */
    private static final Duration SAMPLE = Duration.ofMillis(250);
    /** By how much the last lane must have helped. */
    private static final double WORTHWHILE = 1.1;

    /** How long what is here is waited with where the endpoint takes nothing. */
    private static final Duration LONGEST_AWAY = Duration.ofMinutes(1);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ObjectClient client;
    private final Links links;
    private final BufferPool buffers;
    private final Connections connections;
    private final LongConsumer onReceived;
    private final Landing landing;
    private final KeptRecord object;
    private final PartMap map;
    private final Keeper keeper;

    private final Set<Lane> running = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final LongAdder receivedBytes = new LongAdder();
    private int most;
    private double bestBytesPerSecond;
    private long sampledBytes;
    private long sampledNanos;
    /** How long the endpoint was waited for without progress since so many bytes had come. */
    private Duration away = Duration.ZERO;

    private long bytesBeforeAway;

    /** How a lane ended; well where there is no failure. */
    private record End(Lane lane, @Nullable Throwable failure) {}

    /**
     * Lanes for what is missing in the map.
     *
     * @param most lanes at once
     */
    Lanes(
            ObjectClient client,
            Links links,
            BufferPool buffers,
            Connections connections,
            int most,
            LongConsumer onReceived,
            Landing landing,
            KeptRecord object,
            PartMap map) {
        this.client = client;
        this.links = links;
        this.buffers = buffers;
        this.connections = connections;
        this.most = most;
        this.onReceived = onReceived;
        this.landing = landing;
        this.object = object;
        this.map = map;
        this.keeper = new Keeper(map, landing);
    }

    /**
     * Returns when every byte is in the file, and no lane runs any more then or when it throws. What has come by then is recorded.
     *
     * @param first the piece that the stream begins with
     * @param stream closed by this
     * @param streamEnd behind the last byte that the stream brings
     * @param algorithms the checksums to measure
     */
    Measurement fetch(
            Piece first,
            ObjectClient.Answer stream,
            long streamEnd,
            Exchange exchange,
            Set<ChecksumAlgorithm> algorithms)
            throws IOException, InterruptedException, TransferFailedException {
        landing.prepare(map.totalBytes());
        boolean inOrder = algorithms.stream().anyMatch(algorithm -> algorithm != ChecksumAlgorithm.CRC64);
        Follower follower = inOrder ? Follower.start(map, landing, algorithms, buffers) : null;
        keeper.start();
        Measurement measured = null;
        try {
            BufferPool.Loan buffer = buffers.take();
            Lane lane = new Lane(this, map, landing, object, exchange, buffer.bytes());
            lane.continueWith(stream, streamEnd);
            start(lane, first, buffer, false);
            supervise();
            measured = follower == null
                    ? new Measurement(map.totalBytes(), Map.of(ChecksumAlgorithm.CRC64, Crc64.print(map.crc64())))
                    : follower.await();
        } finally {
            cutAll();
            keeper.end(measured == null);
            if (follower != null) {
                follower.cancel();
            }
        }
        // The force that fails tells it once, and the one before the rename may be told nothing.
        keeper.throwFailure();
        return measured;
    }

    private void start(Lane lane, Piece piece, BufferPool.Loan buffer, boolean further) {
        running.add(lane);
        lane.startOn(Thread.ofVirtual().name("lane").unstarted(() -> {
            Throwable failure = null;
            try (buffer) {
                lane.work(piece);
            } catch (Exception | Error e) {
                failure = e;
            } finally {
                if (further) {
                    connections.giveBack();
                }
                ends.add(new End(lane, failure));
            }
        }));
    }

    private void supervise() throws IOException, InterruptedException, TransferFailedException {
        // The second is tried unmeasured: most large objects are too soon over to learn from.
        startAnother();
        sample();
        while (!running.isEmpty()) {
            End end = ends.poll(SAMPLE.toMillis(), TimeUnit.MILLISECONDS);
            keeper.throwFailure();
            if (end == null) {
                growWhereItHelps();
                continue;
            }
            running.remove(end.lane());
            boolean isMissed = running.isEmpty() && !map.isComplete();
            if (isMissed && (end.failure() == null || isWaitedOut(end.failure()))) {
                startFirstAgain();
            } else if (end.failure() != null) {
                if (isMissed || !othersMayGoOn(end.failure())) {
                    rethrow(end.failure());
                }
                most = running.size();
            }
        }
    }

    /**
     * Waits a little where the last lane was sent away, since others would have to begin with less than what is here. Decided here and
     * not by the lanes: of two that are sent away together, each would leave it to the other.
     */
    private boolean isWaitedOut(Throwable failure) throws InterruptedException {
        if (!(failure instanceof EndpointBusyException busy)) {
            return false;
        }
        long bytes = receivedBytes.sum();
        if (bytes - bytesBeforeAway >= Lane.PROGRESS_BYTES) {
            bytesBeforeAway = bytes;
            away = Duration.ZERO;
        }
        if (away.compareTo(LONGEST_AWAY) >= 0) {
            return false;
        }
        Duration wait = busy.away().compareTo(LOOK_AGAIN) < 0 ? busy.away() : LOOK_AGAIN;
        away = away.plus(wait);
        Thread.sleep(wait);
        return true;
    }

    /**
     * A lane that broke leaves its part to the others, and there are fewer from then on; or they have brought that part already, and
     * nothing is missing.
     */
    private static boolean othersMayGoOn(Throwable failure) {
        return failure instanceof NoRangesException
                || failure instanceof EndpointBusyException
                || (failure instanceof TransferFailedException e
                        && (Lane.passes(e.failure().kind()) || e.failure().kind() == THROTTLED));
    }

    /** The connection of the attempt itself is free again. */
    private void startFirstAgain() {
        Piece piece = map.take();
        if (piece == null) {
            throw new IllegalStateException("neither complete nor anything free");
        }
        BufferPool.Loan buffer = buffers.take();
        Lane lane = new Lane(this, map, landing, object, new Exchange(client, links), buffer.bytes());
        start(lane, piece, buffer, false);
    }

    private boolean startAnother() {
        if (running.size() >= most || !connections.takeAnother()) {
            return false;
        }
        Piece piece = map.take();
        if (piece == null) {
            connections.giveBack();
            return false;
        }
        BufferPool.Loan buffer = buffers.take();
        Lane lane = new Lane(this, map, landing, object, new Exchange(client, links), buffer.bytes());
        start(lane, piece, buffer, true);
        return true;
    }

    /** One more while the last one made the whole faster; nothing more elaborate has shown to be better. */
    private void growWhereItHelps() {
        double bytesPerSecond = sample();
        if (bytesPerSecond < bestBytesPerSecond * WORTHWHILE) {
            return;
        }
        if (startAnother()) {
            bestBytesPerSecond = bytesPerSecond;
        }
    }

    private double sample() {
        long bytes = receivedBytes.sum();
        long nanos = System.nanoTime();
        double bytesPerSecond = (bytes - sampledBytes) * 1e9 / Math.max(1, nanos - sampledNanos);
        sampledBytes = bytes;
        sampledNanos = nanos;
        return bytesPerSecond;
    }

    private void cutAll() {
        running.forEach(Lane::cut);
        boolean interrupted = false;
        while (!running.isEmpty()) {
            try {
                running.remove(ends.take().lane());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void received(int count) {
        receivedBytes.add(count);
        links.progressed();
        onReceived.accept(count);
    }

    /** The caller must not be interrupted meanwhile. */
    void written(int count) throws IOException {
        keeper.written(count);
    }

    boolean isAlone() {
        return running.size() <= 1;
    }

    /** Whether the lane may take another part: a transfer that waits for its first connection goes first. */
    boolean mayGoOn() {
        return isAlone() || !connections.isWanted();
    }

    private static void rethrow(Throwable failure) throws IOException, InterruptedException, TransferFailedException {
        switch (failure) {
            case IOException e -> throw e;
            case InterruptedException e -> throw e;
            case TransferFailedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
