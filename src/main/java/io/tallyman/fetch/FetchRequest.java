package io.tallyman.fetch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to fetch and how.
 *
 * @param destination the folder the files go to; made where it is missing
 * @param headers sent with every request, beside those of a row, which win
 * @param parallel requests at once; null for the configured number
 */
public record FetchRequest(
        FetchList list,
        Path destination,
        FetchHeaders headers,
        @Nullable Integer parallel) {}
