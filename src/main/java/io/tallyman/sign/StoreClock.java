package io.tallyman.sign;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * This machine's clock, set right by what the store says the time is. A store accepts no signature whose time is more than fifteen
 * minutes from its own (help page 0002-00000235), so a machine whose clock is wrong signs by the store's. It is corrected only by
 * answers that refused a URL for its time: an answer that opened the object proves the clock good enough, and its Date may be a
 * cache's. Thread-safe.
 */
public final class StoreClock implements InstantSource {
    /** A Date header has whole seconds and was on its way for a while; less than this is no error of the clock. */
    private static final Duration NEGLIGIBLE = Duration.ofSeconds(2);

    private final InstantSource own;
    private volatile Duration offset = Duration.ZERO;

    public StoreClock(InstantSource own) {
        this.own = own;
    }

    /** The store's time as far as known; this machine's until it was corrected. */
    @Override
    public Instant instant() {
        return own.instant().plus(offset);
    }

    /** How far the store's clock is known to be ahead of ours; what {@link #instant()} adds at present. */
    public Duration offset() {
        return offset;
    }

    /** The clock as it was when its offset was the given one: refusals are judged by the time that was signed with. */
    public InstantSource withOffset(Duration then) {
        return () -> own.instant().plus(then);
    }

    /** Takes over the store's time; false where we had it already. */
    public boolean correct(Instant theirs) {
        Duration found = Duration.between(own.instant(), theirs);
        if (found.minus(offset).abs().compareTo(NEGLIGIBLE) <= 0) {
            return false;
        }
        offset = found;
        return true;
    }
}
