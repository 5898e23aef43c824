package io.tallyman.ledger;

import io.tallyman.retry.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one lease ended. */
public sealed interface Recorded {

    /** The entry that was held. */
    long entryId();

    /** The epoch under which it was held, from {@link Claim#epoch()}. */
    int epoch();

    /**
     * The file stands whole and durable under its final name: the entry is verified, or unverified.
     *
     * @param adopted whether it was already there and nothing was downloaded
     * @param crc64 computed over the file, unsigned decimal
     * @param etag null where the store gave none
     */
    record Landed(
            long entryId,
            int epoch,
            Attempted attempted,
            boolean verified,
            boolean adopted,
            long sizeBytes,
            String crc64,
            @Nullable String etag)
            implements Recorded {}

    /**
     * To be tried again: the entry is pending.
     *
     * @param delay not claimed before that much time has passed
     * @param burnsAttempt whether one of the entry's attempts is used up; otherwise the try counts as a deferral
     */
    record Retry(long entryId, int epoch, Attempted attempted, Failure failure, Duration delay, boolean burnsAttempt)
            implements Recorded {

        /** The same after no longer a delay than that. */
        public Retry within(Duration longest) {
            return delay.compareTo(longest) <= 0
                    ? this
                    : new Retry(entryId, epoch, attempted, failure, longest, burnsAttempt);
        }

        /** The same after a longer delay. */
        public Retry later(Duration more) {
            return more.isZero() ? this : new Retry(entryId, epoch, attempted, failure, delay.plus(more), burnsAttempt);
        }
    }

    /** Trying again cannot help: the entry is failed. */
    record Failed(long entryId, int epoch, Attempted attempted, Failure failure) implements Recorded {}

    /** Its attempts are used up: the entry is quarantined. */
    record Quarantined(long entryId, int epoch, Attempted attempted, Failure failure) implements Recorded {}

    /**
     * Given back unharmed, as if it had not been claimed: the entry is pending, and no attempt is written.
     *
     * @param delay not claimed before that much time has passed
     */
    record Released(long entryId, int epoch, Duration delay) implements Recorded {

        /** To be claimed at once. */
        public Released(long entryId, int epoch) {
            this(entryId, epoch, Duration.ZERO);
        }
    }
}
