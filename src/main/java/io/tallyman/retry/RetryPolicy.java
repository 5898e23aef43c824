package io.tallyman.retry;

/** What follows from a failure. Which kind has which policy is fixed in {@link FailureKind}. */
public enum RetryPolicy {
    /** Try again after a growing, jittered delay; one of the entry's attempts is used up. */
    RETRY,
    /** The store asked for less: try again later without using up an attempt (bounded by the deferral limit). */
    DEFER,
    /** Sign a new URL and try again at once without using up an attempt (bounded by the deferral limit). */
    SIGN_AGAIN,
    /** Trying again cannot help this entry; it is final. */
    PERMANENT,
    /** Nothing this worker does next would fare better: return the entry unharmed and stop the worker. */
    STOP_WORKER
}
