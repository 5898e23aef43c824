package io.tallyman.sign;

import io.tallyman.store.Credentials;
import java.time.Instant;

/** When a URL really ends. */
final class Expiry {
    private Expiry() {}

    /** The asked expiry, counted from the whole second; earlier where the credentials end earlier: their URLs end with them. */
    static Instant of(SignRequest request, Instant at, Credentials credentials) {
        Instant asked =
                Instant.ofEpochSecond(at.getEpochSecond() + request.expires().toSeconds());
        Instant end = credentials.expiresAt();
        return end != null && end.isBefore(asked) ? end : asked;
    }
}
