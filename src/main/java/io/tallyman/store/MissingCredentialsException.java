package io.tallyman.store;

/** A store must be signed for, and its key or the key's secret is not configured. */
public final class MissingCredentialsException extends StoreConfigurationException {
    private static final long serialVersionUID = 1L;

    MissingCredentialsException(String store, String key) {
        super("store '" + store + "' has no credentials: " + key + " is missing; " + howToSet(store, key));
    }
}
