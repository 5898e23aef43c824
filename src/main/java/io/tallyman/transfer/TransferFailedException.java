package io.tallyman.transfer;

import io.tallyman.retry.Failure;

/** Ends an attempt from wherever it failed, unless it can begin anew; never leaves this package. */
class TransferFailedException extends Exception {
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
