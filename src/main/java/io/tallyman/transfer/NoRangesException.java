package io.tallyman.transfer;

/** Whoever answers does not send the ranges it is asked for; never leaves this package. */
final class NoRangesException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean wholeObject;

    /** @param wholeObject whether it was the whole object that came instead, as OSS and any server may answer a range */
    NoRangesException(boolean wholeObject) {
        super("ranges are not to be had", null, false, false);
        this.wholeObject = wholeObject;
    }

    boolean wholeObject() {
        return wholeObject;
    }
}
