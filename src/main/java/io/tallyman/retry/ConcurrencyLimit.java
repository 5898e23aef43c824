package io.tallyman.retry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many requests one endpoint may be given at once. Starts at the most that was configured, so that nothing is lost where nobody
 * complains. When the endpoint does, the limit falls by a fraction at once; then it rises again along the cubic of RFC 9438: fast at
 * first, hardly at all around the place where the endpoint complained, and faster again beyond it. So it stays close to
 * what the endpoint can take for most of the time, where a straight line would spend half its time far below. Not thread-safe.
 */
public final class ConcurrencyLimit {
    /** What is left after a complaint (RFC 9438, 4.6). */
    private static final double LEFT_AFTER_CUT = 0.7;
    /** How long until the place of the last complaint is reached again. RFC 9438 derives it from the size; here it is a promise. */
    private static final double RETURN_SECONDS = 5;
    /** One complaint and those that follow from the same load are one; nothing that was decided now shows any earlier. */
    private static final long ONE_CUT_NANOS = Duration.ofSeconds(1).toNanos();
    /** Where less of the limit than this was used, a complaint says nothing of it, and may be an accident. */
    private static final double LEAST_USED = 0.25;
    /** However small, something must be asked for to learn that more is possible. */
    private static final double LEAST = 0.01;

    private final int most;
    private final LongSupplier nanoTime;
    private final Grumbling grumbling = new Grumbling();

    private boolean cut;
    /** Where the endpoint complained last. */
    private double ceiling;
    /** When the rise began; waits that the endpoint asked for do not count. */
    private long riseNanos;

    private long cutNanos;
    private boolean watchNext;

    private double beforeCut;
    /** Bounds the limit after a break: doubles with every round of answers, and with every second where those are long. */
    private double slowStart = Double.MAX_VALUE;

    public ConcurrencyLimit(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /** The limit now, up to the most there may be. */
    public double value() {
        if (!cut) {
            return most;
        }
        double seconds = Math.max(0, (nanoTime.getAsLong() - riseNanos) / 1e9);
        double missing = (RETURN_SECONDS - seconds) / RETURN_SECONDS;
        double cubic = ceiling * (1 - (1 - LEFT_AFTER_CUT) * missing * missing * missing);
        double doubling = slowStart * Math.pow(2, seconds);
        double value = Math.min(Math.min(cubic, doubling), most);
        if (value >= most) {
            cut = false;
            slowStart = Double.MAX_VALUE;
        }
        return Math.max(value, LEAST);
    }

    /** The endpoint served a request. */
    void served() {
        if (slowStart < most) {
            slowStart++;
        }
        note(false);
    }

    /**
     * The endpoint asked for less.
     *
     * @param inFlight requests under way: a limit that was not used up says nothing of what the endpoint can take
     * @param pauseNanos no request is begun for that long
     * @return whether all are to pause: the limit fell now or just before, and it is not known to be of no use
     */
    public boolean refused(int inFlight, long pauseNanos) {
        note(true);
        if (grumbling.isUsual()) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (cut && now - cutNanos < ONE_CUT_NANOS) {
            riseNanos = Math.max(riseNanos, now + pauseNanos);
            return true;
        }
        if (cut && grumbling.isWatching()) {
            return false;
        }
        beforeCut = value();
        double used = Math.min(beforeCut, Math.max(inFlight + 1, beforeCut * LEAST_USED));
        // Below an earlier ceiling others want their part: leave it to them (RFC 9438, 4.7, fast convergence).
        ceiling = cut && used < ceiling ? used * (1 + LEFT_AFTER_CUT) / 2 : used;
        cut = true;
        cutNanos = now;
        riseNanos = now + pauseNanos;
        slowStart = Double.MAX_VALUE;
        watchNext = true;
        return true;
    }

    /** After a break: begin with one, and double up to where the limit was before. */
    void startSlowly() {
        ceiling = value();
        cut = true;
        slowStart = 1;
        watchNext = false;
        grumbling.lookAway();
        riseNanos = nanoTime.getAsLong();
    }

    private void note(boolean refused) {
        grumbling.note(refused);
        long now = nanoTime.getAsLong();
        if (watchNext && now - cutNanos >= ONE_CUT_NANOS) {
            watchNext = false;
            grumbling.watch();
        }
        // By then it has not risen far yet.
        double secondsSinceCut = (now - cutNanos) / 1e9;
        if (secondsSinceCut >= RETURN_SECONDS / 2 && grumbling.judge()) {
            // It was for nothing: the place where the limit was is as good as any.
            ceiling = Math.max(ceiling, beforeCut);
            riseNanos = now - (long) (RETURN_SECONDS * 1e9);
        }
    }
}
