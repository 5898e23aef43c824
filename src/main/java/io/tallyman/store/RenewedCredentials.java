package io.tallyman.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that a thread of their own renews before they end. {@link #current()} reads a field; only the first use waits, until
 * there are any or it is clear that there will be none. The thread starts with the first use, outlives every failure, and ends
 * with {@link #close()} or the program. Credentials that have ended are no longer handed out; the signer, which knows the time it
 * signs as of, checks that too.
 */
final class RenewedCredentials implements CredentialsSource, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RenewedCredentials.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(20);
    /** The clock is looked at this often: it may be set, and a machine that slept has missed nothing but time. */
    private static final Duration TICK = Duration.ofSeconds(2);

    private static final long SHORTEST_BACKOFF_MILLIS = 500;
    private static final int LONGEST_BACKOFF_DOUBLINGS = 7;

    private final String store;
    private final String kind;
    private final CredentialsOrigin origin;
    private final InstantSource clock;
    private final Duration firstWait;
    private final Duration tick;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Written under the lock. */
    private volatile @Nullable Credentials held;
    // Under the lock.
    private @Nullable Thread renewal;
    private boolean closed;
    /** Why the last try came to nothing. */
    private @Nullable String lastReason;
    /** When those that were held last ended, where they did. */
    private @Nullable Instant ended;
    /** Whether waiting is of no use for now. */
    private boolean hopeless;

    /** @param kind the name of the origin in configuration, for messages */
    RenewedCredentials(String store, String kind, CredentialsOrigin origin, InstantSource clock) {
        this(store, kind, origin, clock, FIRST_WAIT, TICK);
    }

    RenewedCredentials(
            String store,
            String kind,
            CredentialsOrigin origin,
            InstantSource clock,
            Duration firstWait,
            Duration tick) {
        this.store = store;
        this.kind = kind;
        this.origin = origin;
        this.clock = clock;
        this.firstWait = firstWait;
        this.tick = tick;
    }

    /**
     * The credentials to sign with now.
     *
     * @throws ExpiredCredentialsException where they ended and could not be renewed
     * @throws CredentialsUnavailableException where the first ones cannot be had, or not in time
     */
    @Override
    public Credentials current() {
        Credentials now = held;
        return now != null ? now : awaited();
    }

    private Credentials awaited() {
        lock.lock();
        try {
            if (renewal == null && !closed) {
                // No virtual thread: signing keeps all carriers busy for long, and this one must come through.
                renewal = Thread.ofPlatform()
                        .daemon()
                        .name("credentials of store " + store)
                        .start(this::renew);
            }
            long nanos = firstWait.toNanos();
            while (held == null && !hopeless && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            Credentials now = held;
            if (now == null) {
                hopeless = true;
                throw unavailable();
            }
            return now;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CredentialsUnavailableException(
                    "interrupted while waiting for the credentials of store '" + store + "'");
        } finally {
            lock.unlock();
        }
    }

    private CredentialsUnavailableException unavailable() {
        String reason = lastReason == null
                ? closed ? "the program is about to end" : "no answer in " + firstWait.toSeconds() + " s"
                : lastReason;
        Instant end = ended;
        return end != null
                ? new ExpiredCredentialsException(store, end, reason)
                : new CredentialsUnavailableException(
                        "store '" + store + "' has no credentials, " + kind + " gave none: " + reason);
    }

    private void renew() {
        int failures = 0;
        Instant next;
        do {
            try {
                Credentials fetched = origin.fetch();
                Instant now = clock.instant();
                hold(fetched, now);
                next = now.plus(origin.untilNextFetch(fetched, now));
                failures = 0;
            } catch (NotObtainedException e) {
                failed(e, failures);
                next = clock.instant().plusMillis(backoffMillis(failures++));
            } catch (RuntimeException | Error e) {
                // A thread that ended here would end every run when the credentials do.
                failed(
                        NotObtainedException.passing(
                                "internal error: " + e.getClass().getName()),
                        failures);
                next = clock.instant().plusMillis(backoffMillis(failures++));
            }
        } while (waitUntil(next));
    }

    private void hold(Credentials fetched, Instant now) throws NotObtainedException {
        Instant end = fetched.expiresAt();
        if (end != null && !now.isBefore(end)) {
            throw NotObtainedException.lasting("those that it gave ended at " + end + ", and it is " + now);
        }
        lock.lock();
        try {
            if (!fetched.equals(held)) {
                held = fetched;
            }
            lastReason = null;
            ended = null;
            hopeless = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(NotObtainedException why, int before) {
        lock.lock();
        try {
            lastReason = why.reason();
            Credentials still = held;
            if (still == null) {
                hopeless |= !why.isPassing();
                changed.signalAll();
            } else if (before == 0 && !closed) {
                LOG.warnf(
                        "the credentials of store '%s' could not be renewed (%s), which is tried again; those that it has %s",
                        store,
                        why.reason(),
                        still.expiresAt() == null ? "are kept" : "are good until " + still.expiresAt());
            }
        } finally {
            lock.unlock();
        }
    }

    /** False where it was told to end. Watches the end of the credentials meanwhile. */
    private boolean waitUntil(Instant next) {
        lock.lock();
        try {
            for (Instant now = clock.instant(); now.isBefore(next); now = clock.instant()) {
                if (closed) {
                    return false;
                }
                dropWhereEnded(now);
                Duration left = Duration.between(now, next);
                changed.awaitNanos(left.compareTo(tick) < 0 ? left.toNanos() : tick.toNanos());
            }
            dropWhereEnded(clock.instant());
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void dropWhereEnded(Instant now) {
        Credentials mine = held;
        Instant end = mine == null ? null : mine.expiresAt();
        if (end != null && !now.isBefore(end)) {
            held = null;
            ended = end;
            // Nobody waits for what has failed for so long; where it was not tried yet, as after sleep, waiting is
            // right.
            hopeless = lastReason != null;
        }
    }

    private static long backoffMillis(int failures) {
        return SHORTEST_BACKOFF_MILLIS << Math.min(failures, LONGEST_BACKOFF_DOUBLINGS);
    }

    /** Ends the thread; whoever waits is told. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (renewal != null) {
                renewal.interrupt();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says where they come from, never what they are. */
    @Override
    public String toString() {
        return "RenewedCredentials[" + store + ", " + kind + "]";
    }
}
