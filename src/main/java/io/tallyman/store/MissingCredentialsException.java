package io.tallyman.store;

/** A store has no credentials to sign with. */
public class MissingCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingCredentialsException(String store, String key) {
        super("store '" + store + "' has no credentials: set " + StoreConfigurationException.waysToSet(store, key));
    }
}
