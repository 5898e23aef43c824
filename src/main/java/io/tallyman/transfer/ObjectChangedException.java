package io.tallyman.transfer;

/** The object is no longer the one whose bytes are in the part file; never leaves this package. */
final class ObjectChangedException extends Exception {
    private static final long serialVersionUID = 1L;

    ObjectChangedException() {
        super("the object was replaced while it was fetched", null, false, false);
    }
}
