package io.tallyman.store;

import java.time.Duration;
import java.time.Instant;

/** Where credentials that change are fetched from. Used by one thread at a time; may block, within limits of its own. */
interface CredentialsOrigin {
    /** Those of now. */
    Credentials fetch() throws NotObtainedException;

    /** How long what was just fetched is good for before the next fetch. */
    default Duration untilNextFetch(Credentials fetched, Instant now) {
        return RenewalTime.after(fetched, now);
    }
}
