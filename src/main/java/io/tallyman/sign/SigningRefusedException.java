package io.tallyman.sign;

/** What was asked for cannot be signed, or the store would refuse it; the message is one line and says what to change. */
public final class SigningRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SigningRefusedException(String message) {
        super(message);
    }
}
