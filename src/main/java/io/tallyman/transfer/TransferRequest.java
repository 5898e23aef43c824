package io.tallyman.transfer;

import io.tallyman.verify.Expectations;

/**
 * One object to bring ashore.
 *
 * @param entryId names the part file together with the epoch; unique under a destination root
 * @param epoch the lease's epoch; part files of earlier epochs of the same entry are removed
 * @param destination the final file
 */
public record TransferRequest(long entryId, long epoch, DestinationPath destination, Expectations expectations) {}
