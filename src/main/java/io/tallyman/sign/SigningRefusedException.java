package io.tallyman.sign;

/** A URL cannot be signed as asked; the message is one line that says what is wrong and what would be right. */
public class SigningRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SigningRefusedException(String message) {
        super(message);
    }
}
