package io.tallyman.transfer;

/** A variable that names a proxy cannot be used. Its value is not repeated, for it may hold a password. */
public final class UnusableProxyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableProxyException(String variable, String reason) {
        super("the variable " + variable + " cannot be used: " + reason);
    }
}
