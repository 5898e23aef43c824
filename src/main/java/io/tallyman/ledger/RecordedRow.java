package io.tallyman.ledger;

import io.tallyman.manifest.StorableText;
import io.tallyman.retry.Failure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One recording in the columns of the statement, null where there is nothing to say. */
record RecordedRow(
        long entryId,
        int epoch,
        @Nullable String outcome,
        int burnt,
        int deferred,
        @Nullable Long delayMillis,
        long ageMillis,
        long durationMillis,
        long bytes,
        @Nullable Integer httpStatus,
        @Nullable String requestId,
        boolean adopted,
        @Nullable Long sizeBytes,
        @Nullable String crc64,
        @Nullable String etag,
        @Nullable String failureKind,
        @Nullable String errorCode,
        @Nullable String message) {
    /** Longer texts of a store or an exception tell nothing more. */
    private static final int LONGEST_TEXT = 1000;

    /** @param now by the clock that stamped {@link Attempted#finishedAt()} */
    static RecordedRow of(Recorded recorded, Instant now) {
        return switch (recorded) {
            case Recorded.Landed landed -> landed(landed, now);
            case Recorded.Retry retry ->
                failed(retry, retry.attempted(), retry.failure(), retry.burnsAttempt() ? "retried" : "deferred", now);
            case Recorded.Failed failed -> failed(failed, failed.attempted(), failed.failure(), "failed", now);
            case Recorded.Quarantined quarantined ->
                failed(quarantined, quarantined.attempted(), quarantined.failure(), "quarantined", now);
            case Recorded.Released released ->
                new RecordedRow(
                        released.entryId(),
                        released.epoch(),
                        null,
                        0,
                        0,
                        released.delay().isZero() ? null : released.delay().toMillis(),
                        0,
                        0,
                        0,
                        null,
                        null,
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        };
    }

    private static RecordedRow landed(Recorded.Landed landed, Instant now) {
        Attempted attempted = landed.attempted();
        return new RecordedRow(
                landed.entryId(),
                landed.epoch(),
                landed.verified() ? "verified" : "unverified",
                1,
                0,
                null,
                age(attempted, now),
                attempted.duration().toMillis(),
                attempted.bytes(),
                attempted.httpStatus(),
                storable(attempted.requestId()),
                landed.adopted(),
                landed.sizeBytes(),
                landed.crc64(),
                storable(landed.etag()),
                null,
                null,
                null);
    }

    private static RecordedRow failed(
            Recorded recorded, Attempted attempted, Failure failure, String outcome, Instant now) {
        boolean deferred = outcome.equals("deferred");
        return new RecordedRow(
                recorded.entryId(),
                recorded.epoch(),
                outcome,
                deferred ? 0 : 1,
                deferred ? 1 : 0,
                recorded instanceof Recorded.Retry retry ? retry.delay().toMillis() : null,
                age(attempted, now),
                attempted.duration().toMillis(),
                attempted.bytes(),
                failure.httpStatus() == null ? attempted.httpStatus() : failure.httpStatus(),
                storable(failure.requestId() == null ? attempted.requestId() : failure.requestId()),
                false,
                null,
                null,
                null,
                failure.kind().label(),
                storable(failure.errorCode()),
                storable(failure.message()));
    }

    /** Whether the entry is done with. */
    boolean isFinal() {
        return outcome != null && !outcome.equals("retried") && !outcome.equals("deferred");
    }

    /** A clock set back in between makes it nothing, not negative. */
    private static long age(Attempted attempted, Instant now) {
        return Math.max(0, Duration.between(attempted.finishedAt(), now).toMillis());
    }

    /** What a store says must not spoil the recording of a whole batch. */
    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text, LONGEST_TEXT);
    }
}
