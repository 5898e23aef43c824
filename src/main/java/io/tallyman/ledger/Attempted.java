package io.tallyman.ledger;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a try whatever came of it.
 *
 * @param finishedAt when it ended, by the worker's clock; only its age when it is recorded counts
 * @param bytes body bytes received over the network
 * @param httpStatus null where no answer came
 * @param requestId null where no answer came
 */
public record Attempted(
        Instant finishedAt,
        Duration duration,
        long bytes,
        @Nullable Integer httpStatus,
        @Nullable String requestId) {}
