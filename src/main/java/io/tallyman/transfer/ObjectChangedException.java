package io.tallyman.transfer;

import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;

/** The object is no longer the one whose bytes are in the part file. */
final class ObjectChangedException extends TransferFailedException {
    private static final long serialVersionUID = 1L;

    ObjectChangedException() {
        super(Failure.of(FailureKind.Store.CHANGED, "the object was replaced while it was fetched"));
    }
}
