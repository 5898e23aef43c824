package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Network.OVERLONG_BODY;
import static io.tallyman.retry.FailureKind.Network.SHORT_BODY;

import io.tallyman.retry.Backoff;
import io.tallyman.retry.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of a large object: takes a part, fetches it, and so on while there is a free one. A stream that reaches beyond
 * its part runs on into the next where that is free, and is cut where it is not. What breaks is asked for again from the last good
 * byte on. Runs on a thread of its own, which only {@link #cut} may interrupt.
 */
final class Lane {
    /** Failures in a row without progress in between, after which the attempt's own retries take over. */
    private static final int MOST_FRUITLESS = 5;
    /**
     * What counts as progress, at most and as a fraction of a piece: where every connection breaks after a byte, an object would
     * take as many requests as it has bytes.
     */
    static final long PROGRESS_BYTES = 64 * 1024;

    private static final int PROGRESS_FRACTION = 64;

    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), RandomGenerator.getDefault());

    private final Lanes lanes;
    private final PartMap map;
    private final Landing landing;
    private final KeptRecord object;
    private final Exchange exchange;
    private final byte[] buffer;
    /** Held while the file is written to: an interrupt in there would close it for every lane. */
    private final ReentrantLock writing = new ReentrantLock();

    private @Nullable Thread thread;
    private ObjectClient.@Nullable Answer stream;
    private long streamEnd;

    Lane(Lanes lanes, PartMap map, Landing landing, KeptRecord object, Exchange exchange, byte[] buffer) {
        this.lanes = lanes;
        this.map = map;
        this.landing = landing;
        this.object = object;
        this.exchange = exchange;
        this.buffer = buffer;
    }

    Exchange exchange() {
        return exchange;
    }

    /** Lets it begin with an answer that has come already; call before it starts. */
    void continueWith(ObjectClient.Answer answer, long end) {
        stream = answer;
        streamEnd = end;
    }

    void startOn(Thread newThread) {
        thread = newThread;
        newThread.start();
    }

    /** Ends it at its next step. */
    void cut() {
        writing.lock();
        try {
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Fetches until nothing is free, or others need the connection more. */
    void work(@Nullable Piece first) throws IOException, InterruptedException, TransferFailedException {
        Piece piece = first;
        try {
            while (piece != null) {
                fetch(piece);
                map.release(piece);
                long end = piece.limit();
                piece = stream == null ? null : map.takeAt(end, streamEnd);
                if (piece == null) {
                    hangUp();
                    piece = lanes.mayGoOn() ? map.take() : null;
                }
            }
        } finally {
            hangUp();
            if (piece != null) {
                map.release(piece);
            }
        }
    }

    private void fetch(Piece piece) throws IOException, InterruptedException, TransferFailedException {
        long progress = Math.clamp((piece.limit() - piece.offset()) / PROGRESS_FRACTION, 1, PROGRESS_BYTES);
        int fruitless = 0;
        while (!piece.isDone()) {
            long before = piece.position();
            try {
                receive(piece);
            } catch (TransferFailedException e) {
                hangUp();
                fruitless = piece.position() - before >= progress ? 1 : fruitless + 1;
                if (!passes(e.failure().kind()) || fruitless >= MOST_FRUITLESS) {
                    throw e;
                }
                Thread.sleep(BACKOFF.delay(fruitless, e.failure().retryAfter()));
            }
        }
    }

    /** Whether the same connection's next try may well succeed. Throttling is none of these: it is for everyone to slow down. */
    static boolean passes(FailureKind kind) {
        return kind == FailureKind.Store.SERVER_ERROR
                || kind == FailureKind.Network.CONNECT_FAILED
                || kind == FailureKind.Network.CONNECTION_LOST
                || kind == FailureKind.Network.STALLED
                || kind == SHORT_BODY;
    }

    private void receive(Piece piece) throws IOException, InterruptedException, TransferFailedException {
        ObjectClient.Answer answer = stream == null ? ask(piece) : stream;
        if (answer == null || !map.comes(piece)) {
            hangUp();
            return;
        }
        try {
            while (!piece.isDone()) {
                int wanted = (int) Math.min(buffer.length, piece.limit() - piece.position());
                int count = Answers.read(answer, buffer, wanted, exchange);
                if (count < 0) {
                    throw exchange.failed(SHORT_BODY, "the body ended before byte " + streamEnd);
                }
                lanes.received(count);
                write(piece, count);
            }
            if (piece.limit() == streamEnd) {
                end(answer);
            }
        } catch (Answers.ShortBodyException e) {
            throw exchange.failed(SHORT_BODY, "at byte " + piece.position() + " " + e.getMessage());
        }
    }

    /** The end must come right behind the last byte; it also gives the connection back. */
    private void end(ObjectClient.Answer answer)
            throws InterruptedException, TransferFailedException, Answers.ShortBodyException {
        int more = Answers.read(answer, buffer, 1, exchange);
        if (more > 0) {
            lanes.received(more);
            throw exchange.failed(OVERLONG_BODY, "more came than the bytes up to " + streamEnd + "; cut there");
        }
        hangUp();
    }

    /** What has come is written even when the lane has been cut meanwhile: it need not be fetched again. */
    private void write(Piece piece, int count) throws IOException, InterruptedException {
        writing.lock();
        try {
            boolean isCut = Thread.interrupted();
            landing.write(buffer, count, piece.position());
            piece.add(buffer, count);
            lanes.written(count);
            if (isCut) {
                throw new InterruptedException("the lane was cut");
            }
        } finally {
            writing.unlock();
        }
    }

    /** The answer that brings what is missing of the piece; null where a stream has taken the piece over meanwhile. */
    private ObjectClient.@Nullable Answer ask(Piece piece)
            throws InterruptedException, TransferFailedException, EndpointBusyException {
        long from = piece.position();
        long limit = piece.limit();
        if (limit == from) {
            return null;
        }
        // Who is alone has nobody to leave the parts behind to, and need not ask for each of them.
        long end = lanes.isAlone() ? Math.max(limit, map.freeUntil(piece.offset())) : limit;
        ObjectClient.Answer answer = exchange.range(object.conditions(from, end));
        stream = answer;
        streamEnd = end;
        if (answer.status() == 412 || answer.status() == 416 || !object.isOf(answer)) {
            throw new ObjectChangedException();
        }
        if (answer.status() != 206 || !object.isAnsweredBy(answer, from, end)) {
            throw new NoRangesException(answer.status() == 200);
        }
        return answer;
    }

    private void hangUp() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
