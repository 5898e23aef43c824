package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;

/** Where the URLs of one transfer come from. Called by any thread, one at a time. */
@FunctionalInterface
public interface UrlSupply {

    /** A URL to use from now on; what it throws ends the attempt and is passed on. */
    SignedUrl next();

    /** Whether a later call gives a URL that lives longer. */
    default boolean renews() {
        return true;
    }

    /** A URL that somebody else signed: there is no other. */
    static UrlSupply given(SignedUrl url) {
        return new UrlSupply() {
            @Override
            public SignedUrl next() {
                return url;
            }

            @Override
            public boolean renews() {
                return false;
            }
        };
    }
}
