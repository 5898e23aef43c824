package io.tallyman.store;

/** A store must be signed for, and its key, the key's secret or what leads to them is not configured. */
public final class MissingCredentialsException extends StoreConfigurationException {
    private static final long serialVersionUID = 1L;

    /** @param exported whether what OSS users export is looked at: the parts of a key all come from one place */
    MissingCredentialsException(String store, String key, boolean exported) {
        this(store, key, exported ? howToSet(store, key) : howToSetItself(store, key), "");
    }

    MissingCredentialsException(String store, String key, String exportedName) {
        this(store, key, howToSetItself(store, key), ", or have " + exportedName + " in the environment");
    }

    private MissingCredentialsException(String store, String key, String how, String more) {
        super("store '" + store + "' has no credentials: " + key + " is missing; " + how + more
                + " (or let them come from elsewhere with tallyman.store." + store + ".credentials: "
                + CredentialsKind.labels() + ")");
    }
}
