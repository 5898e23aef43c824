package io.tallyman.job;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Waits for a database that restarts or fails over: a call that lost its connection is made again until the patience is over. Only for
 * calls that may be made twice: recordings are fenced, and what a claim took whose answer was lost is given back when the worker is
 * idle. Once the stop signal is raised it waits less, or not at all.
 */
public final class DatabasePatience {
    private static final Logger LOG = Logger.getLogger(DatabasePatience.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Duration patience;
    private final Duration patienceAfterStop;
    private final StopSignal stop;
    private final LongSupplier nanoTime;
    private final Pause pause;

    /** Waits as long whether there is a stop or not. */
    DatabasePatience(Duration patience) {
        this(patience, patience, new StopSignal());
    }

    /** Once the signal is raised, a call waits for {@code patienceAfterStop} at most since it was begun. */
    DatabasePatience(Duration patience, Duration patienceAfterStop, StopSignal stop) {
        this(patience, patienceAfterStop, stop, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    DatabasePatience(
            Duration patience, Duration patienceAfterStop, StopSignal stop, LongSupplier nanoTime, Pause pause) {
        this.patience = patience;
        this.patienceAfterStop = patienceAfterStop;
        this.stop = stop;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** Returns after that time. */
    @FunctionalInterface
    interface Pause {
        void nanos(long nanos) throws InterruptedException;
    }

    /** A call to the database. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws SQLException;
    }

    /** A call to the database that has nothing to answer. */
    @FunctionalInterface
    interface Step {
        void run() throws SQLException;
    }

    /** As {@link #call}. */
    void run(Step step) throws SQLException, InterruptedException {
        call(() -> {
            step.run();
            return true;
        });
    }

    /**
     * Makes the call, again and again while the database is away.
     *
     * @throws StoppedWaitingException where the wait is over because of the stop
     */
    <T> T call(Call<T> call) throws SQLException, InterruptedException {
        long begun = nanoTime.getAsLong();
        boolean remarked = false;
        while (true) {
            try {
                return call.call();
            } catch (SQLException e) {
                if (!isAway(e)) {
                    throw e;
                }
                Ending stopped = stop.reason().orElse(null);
                Duration longest = stopped == null ? patience : patienceAfterStop;
                if (nanoTime.getAsLong() - begun >= longest.toNanos()) {
                    throw stopped == null ? e : new StoppedWaitingException(stopped, e);
                }
                if (!remarked) {
                    LOG.warnf("the database is away, waiting up to %s: %s", longest, e.getMessage());
                    remarked = true;
                }
                pause.nanos(PAUSE.toNanos());
            }
        }
    }

    /**
     * Whether trying again may help. SQL standard class 08 (connection), 57P (operator intervention: shutdown, starting up), 40
     * (serialization, deadlock), 53300 (too many connections); PostgreSQL appendix A. Without a state: the pool's own, when no connection
     * can be had.
     */
    public static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        if (e instanceof SQLTransientException || e instanceof SQLNonTransientConnectionException) {
            return true;
        }
        return state == null
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("40")
                || state.equals("53300");
    }
}
