package io.tallyman.database;

import org.jspecify.annotations.Nullable;

/** No database can be used; the message is one line that says what, where, why and what to do. */
public class DatabaseUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DatabaseUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
