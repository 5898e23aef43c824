package io.tallyman.job;

import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Claims;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a worker has claimed and not begun. Claims in batches: as many as there are free places, and a quarter of a second's work
 * ahead, so that small objects never wait for a claim and large ones are not kept from other workers. Used by one thread.
 */
final class ClaimedAhead {
    private static final double AHEAD_SECONDS = 0.25;
    private static final int LARGEST_CLAIM = 2_000;

    private final Claims claims;
    private final DatabasePatience patience;
    private final Deque<Claim> ready = new ArrayDeque<>();
    private boolean claimedSome;
    private long begunSinceClaim;
    private long lastClaimNanos = System.nanoTime();

    ClaimedAhead(Claims claims, DatabasePatience patience) {
        this.claims = claims;
        this.patience = patience;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** Whether something was claimed last time, and none of it was begun. */
    boolean wasFruitless() {
        return claimedSome && begunSinceClaim == 0;
    }

    /** Takes the next out. */
    Claim next() {
        return ready.remove();
    }

    /** Told of each that is begun. */
    void begun() {
        begunSinceClaim++;
    }

    /** Claims more. */
    void claim(int free) throws SQLException, InterruptedException {
        long now = System.nanoTime();
        double perSecond = begunSinceClaim / Math.max(1e-3, (now - lastClaimNanos) / 1e9);
        int limit = (int) Math.min(LARGEST_CLAIM, free + perSecond * AHEAD_SECONDS);
        begunSinceClaim = 0;
        lastClaimNanos = now;
        List<Claim> claimed = patience.call(() -> claims.claim(limit));
        claimedSome = !claimed.isEmpty();
        ready.addAll(claimed);
    }
}
