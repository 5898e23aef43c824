package io.tallyman.sign;

import io.tallyman.store.Store;
import java.util.Locale;

/** The ways to sign. */
public enum Scheme {
    /** {@code OSS4-HMAC-SHA256}: the default. */
    OSS4 {
        @Override
        public Signer signerFor(Store store) {
            return new Oss4Signer(store);
        }
    },
    /** HMAC-SHA1, for old private deployments only. */
    OSS1 {
        @Override
        public Signer signerFor(Store store) {
            return new Oss1Signer(store);
        }
    };

    /** A signer of this scheme; keep it, it remembers what it has computed. */
    public abstract Signer signerFor(Store store);

    /** The name used on the command line: {@code oss4}, {@code oss1}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
