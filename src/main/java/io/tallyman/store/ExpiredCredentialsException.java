package io.tallyman.store;

import java.time.Instant;

/** A store's credentials have ended, so that nothing signed with them opens anything. */
public final class ExpiredCredentialsException extends CredentialsUnavailableException {
    private static final long serialVersionUID = 1L;

    /** For a signer that was to sign as of {@code at}. */
    public ExpiredCredentialsException(String store, Instant end, Instant at) {
        super("the credentials of store '" + store + "' end at " + end + ", and nothing can be signed with them as of "
                + at + ": give newer ones");
    }

    ExpiredCredentialsException(String store, Instant end, String reason) {
        super("the credentials of store '" + store + "' ended at " + end + " and could not be renewed: " + reason);
    }
}
