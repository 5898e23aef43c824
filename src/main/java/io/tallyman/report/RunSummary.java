package io.tallyman.report;

import io.tallyman.job.RunResult;
import io.tallyman.ledger.Backlog;
import java.util.Locale;

/** A run's result in words. */
public final class RunSummary {
    private RunSummary() {}

    /** A few lines: how it ended, what the manifest's entries have come to, and what to look at next. */
    public static String text(RunResult result) {
        Backlog.Tally entries = result.entries();
        Counts states = new Counts()
                .add(entries.verified(), "verified")
                .add(entries.unverified(), "unverified")
                .add(entries.failed(), "failed")
                .add(entries.quarantined(), "quarantined")
                .add(entries.pending(), "pending")
                .add(entries.leased(), "leased");
        double seconds = Math.max(1e-3, result.duration().toMillis() / 1e3);
        String text = String.format(
                Locale.ROOT,
                "run %d of %s: %s%nentries: %s%nreceived %s in %.1f s (%s/s), %d attempts were retried",
                result.runId(),
                result.manifest(),
                ending(result),
                states,
                Bytes.human(result.bytes()),
                seconds,
                Bytes.human((long) (result.bytes() / seconds)),
                result.retries());
        return result.ending().exitCode() == 0
                ? text
                : text + System.lineSeparator() + "look closer: tallyman status " + result.manifest();
    }

    private static String ending(RunResult result) {
        return switch (result.ending()) {
            case ALL_VERIFIED -> "everything is final and verified";
            case SOME_FAILED -> "finished, and some entries failed or are quarantined";
            case SOME_UNVERIFIED -> "finished, and for some entries nobody offers a checksum";
            case TIME_UP -> "stopped with work left: the time is up";
            case DISK_REFUSED -> "stopped with work left: the destination is full or read-only";
            case CREDENTIALS_REFUSED -> "stopped with work left: the store refuses the credentials";
            case WRONG_ENDPOINT -> "stopped with work left: the store cannot be reached as it is configured";
            case SIGNALLED -> "stopped with work left by a signal";
            case DATABASE_GONE -> "stopped with work left: the database did not come back";
        };
    }
}
