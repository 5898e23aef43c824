package io.tallyman.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code report.manifest_progress}: how far a manifest has come. Byte counts are of whole files. */
public record ManifestStatus(
        String manifest,
        @Nullable String store,
        @Nullable String destination,
        @Nullable Instant importedAt,
        long entries,
        long pending,
        long leased,
        long verified,
        long unverified,
        long failed,
        long quarantined,
        long expectedBytes,
        long landedBytes) {}
