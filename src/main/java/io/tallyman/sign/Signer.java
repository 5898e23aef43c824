package io.tallyman.sign;

import java.time.Instant;

/** Makes presigned GET URLs for one store. Safe for use by any number of threads; computes only, so it never blocks. */
public interface Signer {

    /**
     * A URL that opens the object for {@code request.expires()}, counted from the whole second of {@code at}.
     *
     * @throws SigningRefusedException where this scheme cannot sign what is asked for
     */
    SignedUrl sign(SignRequest request, Instant at);
}
