package io.tallyman.report;

import java.util.Locale;

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
                new Counts()
                        .add(m.pending(), "pending")
                        .add(m.leased(), "leased")
                        .add(m.verified(), "verified")
                        .add(m.unverified(), "unverified")
                        .add(m.failed(), "failed")
                        .add(m.quarantined(), "quarantined"));
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
                new Counts()
                        .add(r.attempts(), "attempts")
                        .add(r.verified(), "verified")
                        .add(r.unverified(), "unverified")
                        .add(r.failed(), "failed")
                        .add(r.quarantined(), "quarantined")
                        .add(r.adopted(), "adopted")
                        .add(r.retried(), "retried")
                        .add(r.deferred(), "deferred"));
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
}
