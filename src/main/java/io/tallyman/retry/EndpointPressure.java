package io.tallyman.retry;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much one endpoint is asked for: an adaptive limit of requests at once, a pause for everybody when it asks for one, and a breaker. Says
 * what may be done and is told what came of it; never waits itself. Not thread-safe.
 */
public final class EndpointPressure {
    /** How soon to ask again where no event is known that would change the answer: the limit rises with time. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(50).toNanos();
    /** Where the endpoint does not say how long to wait: about as long as it takes to answer, within these. */
    private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final Duration WORTH_TELLING = Duration.ofMillis(100);
    private static final double NEW_TIME_WEIGHT = 0.1;
    /** Waits end late by as much; what was missed by that is made up for. */
    private static final long LATENESS_NANOS = Duration.ofMillis(10).toNanos();

    private final int most;
    private final LongSupplier nanoTime;
    private final Consumer<PressureChange> listener;
    private final ConcurrencyLimit limit;
    private final Breaker breaker;

    private int inFlight;
    /** Nothing is begun before this. */
    private long pausedUntilNanos;
    /** Where requests are held back, the next is not begun before this. */
    private long nextNanos;

    /** How long the endpoint takes for the head of an answer. */
    private double headNanos = SHORTEST_PAUSE_NANOS;
    /** The limit that was told last; the most where all is well. */
    private double told;

    /**
     * @param most requests at once
     * @param listener told of changes worth a line, by the thread that caused them; must not block
     */
    public EndpointPressure(int most, LongSupplier nanoTime, Consumer<PressureChange> listener) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.limit = new ConcurrencyLimit(most, nanoTime);
        this.breaker = new Breaker(nanoTime);
        this.pausedUntilNanos = nanoTime.getAsLong();
        this.nextNanos = pausedUntilNanos;
        this.told = most;
    }

    /** 0 where a request may begin, and has by that begun; else after how many nanoseconds, or an earlier end, to ask again. */
    public long tryBegin() {
        long pause = pauseNanos();
        if (pause > 0) {
            return pause;
        }
        if (isProbing()) {
            return LOOK_AGAIN_NANOS;
        }
        if (!breaker.isHalfOpen()) {
            double places = limit.value();
            if (inFlight >= places) {
                return LOOK_AGAIN_NANOS;
            }
            if (places < most) {
                // Spread evenly: caps are counted over short times, and 3.4 places are 3.4 requests in one request's
                // time.
                long now = nanoTime.getAsLong();
                if (nextNanos - now > 0) {
                    return Math.min(nextNanos - now, LOOK_AGAIN_NANOS);
                }
                nextNanos = Math.max(nextNanos, now - LATENESS_NANOS) + spacingNanos();
            }
        }
        inFlight++;
        breaker.begun();
        return 0;
    }

    /** How often everybody was stopped since the endpoint mostly failed. A request is to remember it from its beginning to its end. */
    public int breaks() {
        return breaker.breaks();
    }

    /** How many requests may be under way at the moment, 0 while there is a pause. */
    public int places() {
        if (pauseNanos() > 0) {
            return 0;
        }
        return breaker.isHalfOpen() ? 1 : (int) Math.ceil(limit.value());
    }

    /** Whether nothing holds requests back but the configured most. */
    public boolean isOpen() {
        return places() == most;
    }

    /** Whether all wait for what the one request that tries will tell. */
    public boolean isProbing() {
        return breaker.isHalfOpen() && breaker.isProbing();
    }

    /** Whether nothing is under way and nothing is held back. */
    public boolean isAtRest() {
        return inFlight == 0 && isOpen();
    }

    /** How long nothing may begin; 0 where it may. */
    public long pauseNanos() {
        return Math.max(Math.max(0, pausedUntilNanos - nanoTime.getAsLong()), breaker.breakNanos());
    }

    /** How far apart requests may begin at the moment, where each takes as long as it did of late. */
    public long spacingNanos() {
        return (long) (headNanos / limit.value());
    }

    /**
     * The head of an answer came that is no complaint of the endpoint, whatever it says of the object.
     *
     * @param breaksAtBegin {@link #breaks()} when the request began
     * @param tookNanos since then
     */
    public void served(int breaksAtBegin, long tookNanos) {
        headNanos += NEW_TIME_WEIGHT * (tookNanos - headNanos);
        limit.served();
        if (breaker.served(breaksAtBegin) == Breaker.Change.CLOSED) {
            limit.startSlowly();
            tell(PressureChange.Kind.CLOSED, "answers again, the run goes on");
        }
        if (told < most && limit.value() >= most) {
            told = most;
            tell(PressureChange.Kind.RECOVERED, "takes " + most + " requests at once again");
        }
    }

    /**
     * The endpoint asked for less: 429 or 503.
     *
     * @param breaksAtBegin {@link #breaks()} when the request began
     * @param requested how long it wants to be left alone, null where it does not say
     */
    public void throttled(int breaksAtBegin, @Nullable Duration requested) {
        Duration believed = requested != null && requested.compareTo(Backoff.LONGEST_REQUESTED) > 0
                ? Backoff.LONGEST_REQUESTED
                : requested;
        long pause = believed != null
                ? believed.toNanos()
                : Math.clamp((long) headNanos, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        boolean opened = unserved(breaksAtBegin);
        boolean held = opened || breaker.isOpen() || limit.refused(inFlight, pause);
        if (held || believed != null) {
            long until = nanoTime.getAsLong() + pause;
            pausedUntilNanos = until - pausedUntilNanos > 0 ? until : pausedUntilNanos;
        }
        if (!opened && limit.value() <= told / 2) {
            told = limit.value();
            tell(
                    PressureChange.Kind.THROTTLED,
                    String.format(
                            Locale.ROOT,
                            "asks for less: from now on %.1f of %d requests at once, more as soon as it serves them%s",
                            told,
                            most,
                            believed == null || believed.compareTo(WORTH_TELLING) < 0
                                    ? ""
                                    : "; it wants a pause of " + seconds(believed)));
        }
    }

    /** No answer came, or one that says the endpoint is out of order (5xx). */
    public void failed(int breaksAtBegin) {
        unserved(breaksAtBegin);
    }

    /** It was never sent, or ended by our own doing. */
    public void nothingLearnt(int breaksAtBegin) {
        breaker.nothingLearnt(breaksAtBegin);
    }

    /** A request that had begun is over, its body included. */
    public void ended() {
        inFlight--;
    }

    private boolean unserved(int breaksAtBegin) {
        if (breaker.failed(breaksAtBegin) != Breaker.Change.OPENED) {
            return false;
        }
        long pause = pauseNanos();
        tell(
                PressureChange.Kind.OPENED,
                "mostly fails: nothing is asked of it for " + seconds(Duration.ofNanos(pause))
                        + ", then one request tries; what is left stays untouched");
        return true;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    private void tell(PressureChange.Kind kind, String message) {
        listener.accept(new PressureChange(kind, message));
    }
}
