package io.tallyman.store;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A store that was asked for cannot be used as it is configured; the message is one line and says which key to set, and how. */
public class StoreConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What OSS users already export for their SDKs; read for the default store. */
    static final Map<String, String> OSS_NAMES = Map.of(
            "endpoint", "OSS_ENDPOINT",
            "region", "OSS_REGION",
            "bucket", "OSS_BUCKET",
            "access-key-id", "OSS_ACCESS_KEY_ID",
            "access-key-secret", "OSS_ACCESS_KEY_SECRET",
            "security-token", "OSS_SESSION_TOKEN");

    protected StoreConfigurationException(String message) {
        super(message);
    }

    static StoreConfigurationException missing(String store, String key, String why) {
        return new StoreConfigurationException(
                "store '" + store + "' has no " + key + why + ": " + howToSet(store, key));
    }

    /** Never called with a secret: the value becomes part of the message. */
    static StoreConfigurationException wrong(String store, String key, String value, String why) {
        return new StoreConfigurationException("store '" + store + "': " + key + " '" + oneLine(value)
                + "' cannot be used: " + why + " (" + howToSet(store, key) + ")");
    }

    static StoreConfigurationException conflicting(String store, List<String> keys, CredentialsKind kind) {
        return new StoreConfigurationException("store '" + store + "': " + String.join(", ", keys)
                + " cannot be used where its credentials are " + kind.label()
                + ", since they come from one place only: leave out what does not belong, or choose another with tallyman.store."
                + store + ".credentials (" + CredentialsKind.labels() + ")");
    }

    /** The property, and what does the same in the environment. */
    static String howToSet(String store, String key) {
        String oss = OSS_NAMES.get(key);
        return Stores.DEFAULT.equals(store) && oss != null
                ? "set tallyman.store." + store + "." + key + " or, in the environment, " + oss
                : howToSetItself(store, key);
    }

    /** The same where what OSS users export is not looked at. */
    static String howToSetItself(String store, String key) {
        String property = "tallyman.store." + store + "." + key;
        return "set " + property + " or, in the environment, "
                + property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}", "?");
    }
}
