package io.tallyman.sign;

import io.tallyman.store.CredentialsUnavailableException;
import java.time.Instant;

/**
 * Makes presigned GET URLs for one store. Safe for use by any number of threads; computes only, so it never blocks, except that the
 * first URL may wait for the store's first credentials.
 */
public interface Signer {

    /**
     * A URL that opens the object for {@code request.expires()}, counted from the whole second of {@code at}, or for less where
     * the credentials are known to end before that.
     *
     * @throws SigningRefusedException where this scheme cannot sign what is asked for
     * @throws CredentialsUnavailableException where there are no credentials, or they have ended by {@code at}
     */
    SignedUrl sign(SignRequest request, Instant at);
}
