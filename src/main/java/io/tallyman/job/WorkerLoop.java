package io.tallyman.job;

import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.Claim;
import io.tallyman.ledger.Claims;
import io.tallyman.ledger.Recorded;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Keeps a number of entries in flight, one virtual thread each, until nothing is left or the stop signal comes. */
final class WorkerLoop {
    /** How many may wait for the disk before the network has to wait with them. */
    private static final int MOST_AWAITING_DISK = 4_096;
    /** What holds entries back passes with time, too. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(50).toNanos();
    /** Longest wait before looking again for entries that other workers or an import gave back. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    /** Shortest, where the database says that an entry is due and a claim did not get it. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(20);

    private final Claims claims;
    private final ClaimedAhead ready;
    private final Backlog backlog;
    private final long manifestId;
    private final DatabasePatience patience;
    private final StopSignal stop;
    private final LeaseGuard leases;
    private final Pressure pressure;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Thread> inFlight = new HashSet<>();
    /** Of those in flight, the ones that need the network still; the others only wait for the disk. */
    private int onTheNetwork;

    private boolean awake;

    WorkerLoop(
            Claims claims,
            Backlog backlog,
            long manifestId,
            DatabasePatience patience,
            StopSignal stop,
            LeaseGuard leases,
            Pressure pressure) {
        this.claims = claims;
        this.ready = new ClaimedAhead(claims, patience, System::nanoTime);
        this.backlog = backlog;
        this.manifestId = manifestId;
        this.patience = patience;
        this.stop = stop;
        this.leases = leases;
        this.pressure = pressure;
        stop.onStop(this::wake);
    }

    /**
     * Works until every entry of the manifest is final, the stop signal is raised or the worker was declared lost; entries may still
     * be in flight then. While it is not sure of its leases it starts nothing.
     *
     * @param task one attempt, called on a thread of its own; it may say, once, that it needs the network no more
     * @param recordings takes what each attempt came to
     */
    void work(BiFunction<Claim, Runnable, Recorded> task, RecordingQueue recordings)
            throws SQLException, InterruptedException {
        while (!isOver()) {
            int free = awaitPlace();
            if (isOver()) {
                return;
            }
            if (free <= 0) {
                // Held back for long: what is claimed is for others, and where nothing is in flight they may have ended
                // it all.
                while (!ready.isEmpty()) {
                    giveBack(ready.next(), Duration.ZERO, recordings);
                }
                if (isIdle() && !awaitMore(recordings)) {
                    return;
                }
                continue;
            }
            if (ready.isEmpty()) {
                pauseAfterPoorClaim();
                if (isOver()) {
                    return;
                }
                ready.claim(free);
            }
            if (ready.isEmpty()) {
                if (!awaitMore(recordings)) {
                    return;
                }
                continue;
            }
            Claim next = ready.next();
            Duration away = pressure.away(next);
            if (away.isZero()) {
                start(next, task, recordings::put);
            } else {
                giveBack(next, away, recordings);
            }
        }
    }

    private static void giveBack(Claim claim, Duration delay, RecordingQueue recordings) {
        recordings.put(new Recorded.Released(claim.entryId(), claim.epoch(), delay));
    }

    private boolean isOver() {
        return stop.isRaised() || leases.isLost();
    }

    /** Waits for the entries in flight; those that take longer are cut, and give their entries back. */
    void drain(Duration patienceForTransfers) throws InterruptedException {
        if (!awaitNoneInFlight(patienceForTransfers)) {
            lock.lock();
            try {
                inFlight.forEach(Thread::interrupt);
            } finally {
                lock.unlock();
            }
            awaitNoneInFlight(Duration.ofDays(1));
        }
    }

    /** Has the loop look again at once; any thread may call it. */
    void wake() {
        lock.lock();
        try {
            awake = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of free places; none where the stop signal was raised, or nothing may be begun for a while. */
    private int awaitPlace() throws InterruptedException {
        lock.lock();
        try {
            long left = LONGEST_WAIT.toNanos();
            while (true) {
                int places = pressure.places();
                int free = places - onTheNetwork;
                boolean mayBegin = free > 0 && inFlight.size() - onTheNetwork < MOST_AWAITING_DISK && leases.holds();
                if (mayBegin || isOver()) {
                    return free;
                }
                if (left <= 0 && (places == 0 || inFlight.isEmpty()) && leases.holds()) {
                    return 0;
                }
                left -= LOOK_AGAIN_NANOS - Math.max(0, changed.awaitNanos(LOOK_AGAIN_NANOS));
            }
        } finally {
            lock.unlock();
        }
    }

    private void pauseAfterPoorClaim() throws InterruptedException {
        lock.lock();
        try {
            long left = ready.pauseNanos();
            while (!isOver() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void start(Claim claim, BiFunction<Claim, Runnable, Recorded> task, Consumer<Recorded> recordings) {
        Thread thread = Thread.ofVirtual().name("entry-", claim.entryId()).unstarted(() -> {
            Place place = new Place();
            try {
                recordings.accept(task.apply(claim, place::vacate));
            } finally {
                place.vacate();
                end(Thread.currentThread());
            }
        });
        lock.lock();
        try {
            inFlight.add(thread);
            onTheNetwork++;
        } finally {
            lock.unlock();
        }
        ready.begun();
        thread.start();
    }

    /** What one entry takes up of those that may use the network at once. Used by one thread. */
    private final class Place {
        private boolean vacated;

        void vacate() {
            if (vacated) {
                return;
            }
            vacated = true;
            lock.lock();
            try {
                onTheNetwork--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void end(Thread thread) {
        lock.lock();
        try {
            inFlight.remove(thread);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there may be something to claim; false when every entry is final. */
    private boolean awaitMore(RecordingQueue recordings) throws SQLException, InterruptedException {
        Duration wait = LONGEST_WAIT;
        if (isIdle()) {
            recordings.flush();
            patience.call(claims::giveBackAll);
            Backlog.Left left = patience.call(() -> backlog.left(manifestId));
            if (left.isNothing()) {
                return false;
            }
            pressure.idle();
            if (left.untilNext() != null && left.untilNext().compareTo(wait) < 0) {
                wait = left.untilNext().compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left.untilNext();
            }
        }
        awaitWake(wait);
        return true;
    }

    private boolean isIdle() {
        lock.lock();
        try {
            return inFlight.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns after that time, or at once when woken. */
    private void awaitWake(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            boolean idle = inFlight.isEmpty();
            while (!awake && !isOver() && left > 0 && idle == inFlight.isEmpty()) {
                left = changed.awaitNanos(left);
            }
            awake = false;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitNoneInFlight(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (!inFlight.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return inFlight.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
