package io.tallyman.store;

/** Why one try at getting credentials came to nothing; in words that hold no secret. */
final class NotObtainedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether it may be different in a moment, so that the first use should wait for another try. */
    private final boolean passing;

    private NotObtainedException(String reason, boolean passing) {
        super(reason);
        this.passing = passing;
    }

    static NotObtainedException passing(String reason) {
        return new NotObtainedException(reason, true);
    }

    static NotObtainedException lasting(String reason) {
        return new NotObtainedException(reason, false);
    }

    boolean isPassing() {
        return passing;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
