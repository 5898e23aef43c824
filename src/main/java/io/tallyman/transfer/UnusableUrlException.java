package io.tallyman.transfer;

import java.io.IOException;

/** A signed URL or one of its headers that cannot be sent as it stands. Its text is not repeated here, only what is wrong. */
public final class UnusableUrlException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnusableUrlException(String reason) {
        super("the URL cannot be sent as it is: " + reason);
    }
}
