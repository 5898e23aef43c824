package io.tallyman.sign;

import java.time.Instant;

/** Makes presigned GET URLs for the objects of one store. Thread-safe; never blocks. */
public interface Signer {

    /**
     * Signs as of the given time, cut to whole seconds.
     *
     * @throws SigningRefusedException where the request cannot be signed as it stands
     */
    SignedUrl sign(SignRequest request, Instant at);
}
