package io.tallyman.transfer;

import static io.tallyman.retry.FailureKind.Store.CLOCK_SKEW;
import static io.tallyman.retry.FailureKind.Store.URL_EXPIRED;

import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The URL of one transfer, shared by its lanes: made when it is first needed, made again before it ends and when the store has
 * called it too old. The store looks at the time when a request arrives, so what is being received may outlive its URL.
 * Thread-safe.
 */
final class Links {
    private static final Duration WIDEST_MARGIN = Duration.ofSeconds(30);
    /** A URL is renewed when this share of its life is left, or the widest margin. */
    private static final int MARGIN_DIVISOR = 5;

    private final UrlSupply supply;
    private final StoreClock clock;
    // Not a monitor: a supply may wait for credentials.
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Link current;
    private int made;
    private boolean refused;
    private volatile boolean progressed;

    /**
     * One URL.
     *
     * @param number which of this transfer it is
     * @param offset of the clock by which it was signed
     * @param renewAfter when it is not to be used for another request; null for never
     */
    record Link(
            int number,
            SignedUrl url,
            Duration offset,
            @Nullable Instant renewAfter) {}

    Links(UrlSupply supply, StoreClock clock) {
        this.supply = supply;
        this.clock = clock;
    }

    /** The URL to ask with now. */
    Link current() throws TransferFailedException {
        lock.lock();
        try {
            Link link = current;
            if (link == null || (link.renewAfter() != null && clock.instant().isAfter(link.renewAfter()))) {
                link = make();
            }
            Instant end = link.url().expiresAt();
            // Valid up to and with its last second (OSS help page 0002-00000236); later it is not worth a request.
            if (end != null && clock.instant().isAfter(end)) {
                throw new TransferFailedException(
                        Failure.of(URL_EXPIRED, "the URL expired at " + end + "; the store was not asked"));
            }
            current = link;
            return link;
        } finally {
            lock.unlock();
        }
    }

    /** The time as it was taken to be when the URL was signed: refusals are judged by that. */
    InstantSource clockOf(Link link) {
        return clock.withOffset(link.offset());
    }

    private Link make() {
        Duration signedWith = clock.offset();
        SignedUrl url = supply.next();
        made++;
        Instant end = url.expiresAt();
        if (end == null || !supply.renews()) {
            return new Link(made, url, signedWith, null);
        }
        Duration share = Duration.between(clock.instant(), end).dividedBy(MARGIN_DIVISOR);
        return new Link(made, url, signedWith, end.minus(share.compareTo(WIDEST_MARGIN) < 0 ? share : WIDEST_MARGIN));
    }

    /** Bytes have come since the last refusal. */
    void progressed() {
        if (!progressed) {
            progressed = true;
        }
    }

    /**
     * Told that the store refused a URL for its time.
     *
     * @param theirs the store's time, null where it did not say
     * @return whether {@link #current()} has a better one; false where nobody can sign again, and at the second refusal in a row
     *     without a byte in between
     */
    boolean renew(Link bad, FailureKind kind, @Nullable Instant theirs) {
        if (!supply.renews() || (kind != URL_EXPIRED && kind != CLOCK_SKEW)) {
            return false;
        }
        lock.lock();
        try {
            if (made != bad.number() || current == null) {
                // Another lane was refused too, and has seen to it.
                return true;
            }
            if (theirs != null) {
                clock.correct(theirs);
            }
            // Another transfer may have corrected it while this URL was on its way.
            boolean corrected = !clock.offset().equals(bad.offset());
            if ((refused && !progressed) || (kind == CLOCK_SKEW && !corrected)) {
                return false;
            }
            refused = true;
            progressed = false;
            current = null;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
