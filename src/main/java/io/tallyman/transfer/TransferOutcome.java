package io.tallyman.transfer;

import io.tallyman.retry.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt did. Where {@code failure} is null the file stands whole and durable under its final name; otherwise
 * nothing of this attempt is visible.
 *
 * @param verified whether a checksum of the manifest or of the store held; meaningful where {@code failure} is null
 * @param adopted whether the final file was already there with the right bytes, and nothing was downloaded
 * @param bytes body bytes received over the network by this attempt
 * @param sizeBytes the file's size; null on failure
 * @param crc64 the CRC-64 computed over the file, unsigned decimal; null on failure
 */
public record TransferOutcome(
        @Nullable Failure failure,
        boolean verified,
        boolean adopted,
        long bytes,
        Duration duration,
        @Nullable Integer httpStatus,
        @Nullable String requestId,
        @Nullable String etag,
        @Nullable Long sizeBytes,
        @Nullable String crc64) {}
