package io.tallyman.ledger;

/** One process's part in a run: the name under which it claims, records and gives signs of life. */
public record Worker(long id, long runId, long manifestId) {}
