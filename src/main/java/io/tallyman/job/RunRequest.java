package io.tallyman.job;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param destination the folder to bring the objects to; null for the manifest's own
 * @param parallel objects in flight at once; null for the configured number
 * @param timeLimit when to stop claiming, counted from the start; null for never
 */
public record RunRequest(
        String manifest,
        @Nullable Path destination,
        @Nullable Integer parallel,
        @Nullable Duration timeLimit) {}
