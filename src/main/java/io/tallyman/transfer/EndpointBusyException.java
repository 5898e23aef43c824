package io.tallyman.transfer;

import java.io.IOException;
import java.time.Duration;

/** Nothing may be asked of the endpoint for longer than is worth waiting for; nothing was sent, and nothing is to blame. */
public final class EndpointBusyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Duration away;

    EndpointBusyException(Duration away) {
        super("the endpoint takes nothing now; again in " + away.toMillis() + " ms");
        this.away = away;
    }

    /** After how long it is worth coming back. */
    public Duration away() {
        return away;
    }
}
