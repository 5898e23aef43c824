package io.tallyman.transfer;

import io.tallyman.retry.Failure;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Measurement;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** What one attempt cost, and its outcome in the end. Counts from many threads. */
final class Account {
    private final long startedNanos = System.nanoTime();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongConsumer onReceived;

    Account(LongConsumer onReceived) {
        this.onReceived = onReceived;
    }

    void received(long bytes) {
        receivedBytes.add(bytes);
        onReceived.accept(bytes);
    }

    TransferOutcome failed(Failure failure, Exchange exchange) {
        return new TransferOutcome(
                failure,
                false,
                false,
                receivedBytes.sum(),
                elapsed(),
                failure.httpStatus() == null ? exchange.status() : failure.httpStatus(),
                failure.requestId() == null ? exchange.requestId() : failure.requestId(),
                exchange.etag(),
                null,
                null);
    }

    TransferOutcome landed(Measurement measured, boolean verified, boolean adopted, Exchange exchange) {
        return new TransferOutcome(
                null,
                verified,
                adopted,
                receivedBytes.sum(),
                elapsed(),
                exchange.status(),
                exchange.requestId(),
                exchange.etag(),
                measured.sizeBytes(),
                measured.checksum(ChecksumAlgorithm.CRC64));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
