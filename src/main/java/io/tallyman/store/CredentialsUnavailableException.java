package io.tallyman.store;

/**
 * A store's credentials could not be had from where they are configured to come from; the message is one line, and neither it nor
 * a cause quotes what was answered, which may hold a key.
 */
public class CredentialsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CredentialsUnavailableException(String message) {
        super(message);
    }
}
