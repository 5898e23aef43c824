package io.tallyman.report;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Status rows as lines for people. */
public final class StatusText {
    private StatusText() {}

    public static String of(ManifestStatus m) {
        return String.format(
                Locale.ROOT,
                "manifest %s: %d entries, %s of %s ashore%s%n  %s",
                m.manifest(),
                m.entries(),
                Bytes.human(m.landedBytes()),
                Bytes.human(m.expectedBytes()),
                m.destination() == null ? "" : " in " + m.destination(),
                counts(
                        List.of("pending", "leased", "verified", "unverified", "failed", "quarantined"),
                        m.pending(),
                        m.leased(),
                        m.verified(),
                        m.unverified(),
                        m.failed(),
                        m.quarantined()));
    }

    public static String of(RunStatus r) {
        return String.format(
                Locale.ROOT,
                "run %d of %s: %s%s, started %s, %d worker(s), %s received%n  %s",
                r.runId(),
                r.manifest(),
                r.state(),
                r.exitCode() == null ? "" : " with exit code " + r.exitCode(),
                r.startedAt(),
                r.workers(),
                Bytes.human(r.bytes()),
                counts(
                        List.of("attempts", "verified", "unverified", "failed", "quarantined", "adopted", "retried", "deferred"),
                        r.attempts(),
                        r.verified(),
                        r.unverified(),
                        r.failed(),
                        r.quarantined(),
                        r.adopted(),
                        r.retried(),
                        r.deferred()));
    }

    public static String of(FailureStatus f) {
        return String.format(
                Locale.ROOT,
                "  %s: %d attempts at %d entries, %d of them final",
                f.failureKind(),
                f.attempts(),
                f.entries(),
                f.finalEntries());
    }

    private static String counts(List<String> names, long... counts) {
        StringJoiner joiner = new StringJoiner(", ");
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                joiner.add(counts[i] + " " + names.get(i));
            }
        }
        return joiner.length() == 0 ? "nothing yet" : joiner.toString();
    }
}
