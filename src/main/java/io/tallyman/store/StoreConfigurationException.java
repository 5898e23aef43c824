package io.tallyman.store;

import java.util.Locale;

/** A store cannot be used as it is configured; the message names the key and the ways to set it. */
public class StoreConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreConfigurationException(String store, String key, String reason) {
        super("store '" + store + "': " + reason + "; set " + waysToSet(store, key));
    }

    static String waysToSet(String store, String key) {
        String property = "tallyman.store." + store + "." + key;
        String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        String official = store.equals(Stores.DEFAULT) ? Stores.officialVariable(key) : null;
        return property + " or " + (official == null ? variable : official);
    }
}
