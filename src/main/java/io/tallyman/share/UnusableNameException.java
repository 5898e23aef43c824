package io.tallyman.share;

/** An object's path cannot be the name of a file in the format that was asked for; the message is one line and says what to do. */
public final class UnusableNameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableNameException(String reason) {
        super(reason + "; give the object another path in a manifest file, or choose a format without file names");
    }
}
