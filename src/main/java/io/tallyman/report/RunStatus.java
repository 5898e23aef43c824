package io.tallyman.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code report.run_overview}: what a run did. Counts are of this run's attempts; bytes were received over the network. */
public record RunStatus(
        long runId,
        String manifest,
        String state,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Integer exitCode,
        long workers,
        long attempts,
        long verified,
        long unverified,
        long failed,
        long quarantined,
        long adopted,
        long retried,
        long deferred,
        long bytes) {}
