package io.tallyman.sign;

import io.tallyman.store.Credentials;
import io.tallyman.store.ExpiredCredentialsException;
import io.tallyman.store.Store;
import java.time.Instant;

/** How long a URL really lives. */
final class Expiry {
    private Expiry() {}

    /**
     * Whole seconds from {@code second} on: as many as asked for, or only up to the end of the credentials, with which their URLs
     * end, whatever those say.
     *
     * @throws ExpiredCredentialsException where not one whole second is left
     */
    static long seconds(SignRequest request, long second, Store store, Credentials credentials) {
        long asked = request.expires().toSeconds();
        Instant end = credentials.expiresAt();
        if (end == null) {
            return asked;
        }
        long left = end.getEpochSecond() - second;
        if (left < 1) {
            throw new ExpiredCredentialsException(store.name(), end, Instant.ofEpochSecond(second));
        }
        return Math.min(asked, left);
    }
}
