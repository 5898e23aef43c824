package io.tallyman.job;

import java.nio.file.Path;

/** The destination root cannot be made or written. */
public class DestinationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DestinationRefusedException(Path root, Exception cause) {
        super(
                "the destination " + root + " cannot be written ("
                        + cause.getClass().getSimpleName() + "); give a writable folder with --dest",
                cause);
    }
}
