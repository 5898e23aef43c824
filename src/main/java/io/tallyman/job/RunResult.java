package io.tallyman.job;

import java.time.Duration;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param entriesByState all entries of the manifest by state, as the ledger has them when this worker left
 * @param bytes body bytes this worker received
 * @param retries attempts of this worker that were followed by another
 */
public record RunResult(
        long runId,
        String manifest,
        Ending ending,
        Map<String, Long> entriesByState,
        long bytes,
        long retries,
        Duration duration) {}
