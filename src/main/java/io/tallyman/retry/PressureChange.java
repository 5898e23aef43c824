package io.tallyman.retry;

/**
 * Something changed in how much is asked of an endpoint, worth a line to people.
 *
 * @param message continues the endpoint's name: "asks for less ..."
 */
public record PressureChange(Kind kind, String message) {

    /** What changed. */
    public enum Kind {
        /** The endpoint asked for less. */
        THROTTLED,
        /** Nothing is held back any more. */
        RECOVERED,
        /** The breaker opened: the endpoint is left alone. */
        OPENED,
        /** The breaker closed. */
        CLOSED
    }
}
