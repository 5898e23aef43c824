package io.tallyman.report;

/** One row of {@code report.failures_by_kind}: failed attempts of one kind in one run, and how many entries they settled. */
public record FailureStatus(long runId, String failureKind, long attempts, long entries, long finalEntries) {}
