package io.tallyman.job;

import io.tallyman.ledger.Backlog;
import java.time.Duration;

/**
 * What a run came to.
 *
 * @param entries all entries of the manifest by state, as the ledger has them when this worker left
 * @param bytes body bytes this worker received
 * @param retries attempts of this worker that were followed by another
 */
public record RunResult(
        long runId,
        String manifest,
        Ending ending,
        Backlog.Tally entries,
        long bytes,
        long retries,
        Duration duration) {}
