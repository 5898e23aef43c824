package io.tallyman.transfer;

import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;

/** Whoever answers does not send the range it was asked for. */
final class NoRangesException extends TransferFailedException {
    private static final long serialVersionUID = 1L;

    private final boolean wholeObject;

    /** Tells whether it was the whole object that came instead, as OSS and any server may answer a range. */
    NoRangesException(boolean wholeObject) {
        super(Failure.of(FailureKind.Network.BAD_ANSWER, "another range came than the one asked for"));
        this.wholeObject = wholeObject;
    }

    boolean wholeObject() {
        return wholeObject;
    }
}
