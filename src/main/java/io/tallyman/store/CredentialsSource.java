package io.tallyman.store;

/**
 * Where a store's credentials come from. Safe for use by many threads; {@link #current()} is called for every signature, so
 * it must return at once: whatever renews credentials does so beforehand, on its own time.
 */
@FunctionalInterface
public interface CredentialsSource {

    /** The credentials to sign with now. As long as nothing was renewed this is the same object every time. */
    Credentials current();

    /** A source whose credentials never change. */
    static CredentialsSource fixed(Credentials credentials) {
        return () -> credentials;
    }
}
