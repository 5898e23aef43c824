package io.tallyman.job;

import io.tallyman.ledger.Backlog;
import io.tallyman.ledger.RunState;
import org.jspecify.annotations.Nullable;

/** How a run ended, and the exit code that says so; the codes are a public promise. */
public enum Ending {
    /** Every entry is final and verified. */
    ALL_VERIFIED(0, RunState.FINISHED),
    /** Every entry is final, and some failed or are quarantined. */
    SOME_FAILED(3, RunState.FINISHED),
    /** Every entry is final and none failed, but for some nobody offered a checksum. */
    SOME_UNVERIFIED(4, RunState.FINISHED),
    /** Work was left: the time was up. */
    TIME_UP(5, RunState.STOPPED),
    /** Work was left: the destination is full or read-only. */
    DISK_REFUSED(12, RunState.STOPPED),
    /** Work was left: the store refuses the credentials. */
    CREDENTIALS_REFUSED(13, RunState.STOPPED),
    /** Work was left: the store has no such bucket at this endpoint, or the endpoint's certificate is not trusted. */
    WRONG_ENDPOINT(2, RunState.STOPPED),
    /** Work was left: a signal came. The process itself exits with 128 and the signal's number. */
    SIGNALLED(143, RunState.STOPPED),
    /** Work was left: the database did not come back. */
    DATABASE_GONE(11, RunState.STOPPED);

    private final int exitCode;
    private final RunState runState;

    Ending(int exitCode, RunState runState) {
        this.exitCode = exitCode;
        this.runState = runState;
    }

    /**
     * How a worker leaves the run.
     *
     * @param reason why it stopped, null where nothing told it to
     */
    static Ending of(Backlog.Tally tally, @Nullable Ending reason) {
        if (reason == SIGNALLED || (reason != null && tally.pending() + tally.leased() > 0)) {
            return reason;
        }
        if (tally.failed() + tally.quarantined() > 0) {
            return SOME_FAILED;
        }
        return tally.unverified() > 0 ? SOME_UNVERIFIED : ALL_VERIFIED;
    }

    public int exitCode() {
        return exitCode;
    }

    /** What the run becomes where this worker is the last to leave it. */
    RunState runState() {
        return runState;
    }
}
