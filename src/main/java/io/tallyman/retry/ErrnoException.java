package io.tallyman.retry;

import java.io.IOException;

/** A system call that failed, with the operating system's own error number, which the JDK's exceptions keep to themselves. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public ErrnoException(String message, int errno) {
        super(message + " (errno " + errno + ")");
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
