package io.tallyman.job;

import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Claims;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * What a worker has claimed and not begun. Claims in batches: as many as there are free places, and a quarter of a second's work
 * ahead, so that small objects never wait for a claim and large ones are not kept from other workers. Used by one thread.
 */
final class ClaimedAhead {
    private static final double AHEAD_SECONDS = 0.25;
    private static final int LARGEST_CLAIM = 2_000;
    private static final int MOST_PER_BEGUN = 10;
    /** What is behind it in the queue is found soon, and the database hardly notices. */
    private static final long POOR_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final Claims claims;
    private final DatabasePatience patience;
    private final LongSupplier nanoTime;
    private final Deque<Claim> ready = new ArrayDeque<>();
    private int claimed;
    private int begun;
    private long lastClaimNanos;
    private long lastAnswerNanos;

    ClaimedAhead(Claims claims, DatabasePatience patience, LongSupplier nanoTime) {
        this.claims = claims;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.lastClaimNanos = nanoTime.getAsLong();
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** How long the next claim is to be put off, after one of which less than half was begun. */
    long pauseNanos() {
        boolean poor = 2 * begun < claimed;
        return poor ? POOR_PAUSE_NANOS - (nanoTime.getAsLong() - lastAnswerNanos) : 0;
    }

    /** Takes the next out. */
    Claim next() {
        return ready.remove();
    }

    /** Told of each that is begun. */
    void begun() {
        begun++;
    }

    /** Claims more, when there is none left. */
    void claim(int free) throws SQLException, InterruptedException {
        long now = nanoTime.getAsLong();
        // What is given back for each that is begun is claimed with it, so that the pause keeps no place empty.
        double perSecond = Math.min(claimed, MOST_PER_BEGUN * begun) / Math.max(1e-3, (now - lastClaimNanos) / 1e9);
        int limit = (int) Math.min(LARGEST_CLAIM, free + perSecond * AHEAD_SECONDS);
        begun = 0;
        lastClaimNanos = now;
        ready.addAll(patience.call(() -> claims.claim(limit)));
        claimed = ready.size();
        lastAnswerNanos = nanoTime.getAsLong();
    }
}
