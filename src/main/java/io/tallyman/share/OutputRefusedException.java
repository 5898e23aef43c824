package io.tallyman.share;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The URLs could not be written to where they were to go; the message is one line. */
public final class OutputRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputRefusedException(String message) {
        super(message);
    }

    private OutputRefusedException(String message, IOException cause) {
        super(message, cause);
    }

    /** The refusal for what the operating system said, of the file or whatever else {@code where} names. */
    public static OutputRefusedException of(String where, IOException cause) {
        String reason = switch (cause) {
            case NoSuchFileException e -> "its folder is not there";
            case AccessDeniedException e -> "permission denied";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(cause.getMessage());
        };
        return new OutputRefusedException(where + " could not be written to its end: " + reason, cause);
    }
}
