package io.tallyman.transfer;

import io.tallyman.retry.Failure;

/** Ends an attempt from wherever it failed; never leaves this package. */
final class TransferFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    TransferFailedException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
