package io.tallyman.store;

import java.util.SortedSet;

/** A store was named that no configuration knows. */
public final class UnknownStoreException extends StoreConfigurationException {
    private static final long serialVersionUID = 1L;

    public UnknownStoreException(String store, SortedSet<String> known) {
        super("no store is named '" + store + "'; known: " + String.join(", ", known)
                + " (a store is made by setting tallyman.store." + store + ".bucket and its other keys)");
    }
}
