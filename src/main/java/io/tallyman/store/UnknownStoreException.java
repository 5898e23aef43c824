package io.tallyman.store;

import java.util.Collection;

/** No store of that name is configured. */
public class UnknownStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownStoreException(String name, Collection<String> known) {
        super("no store is named '" + name + "'; configured: " + String.join(", ", known)
                + "; add it with tallyman.store." + name + ".endpoint, .region and .bucket");
    }
}
