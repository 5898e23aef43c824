package io.tallyman.job;

/** A setting can be read and cannot be used; the message is one line that names it, and says why and what would do. */
public final class UnusableSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableSettingException(String setting, Object value, String why) {
        super("tallyman.run." + setting + "=" + value + " cannot be used: " + why);
    }
}
