package io.tallyman.job;

import io.tallyman.ledger.Claim;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.Signer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/** Where an entry's URL comes from: signed now, for this one attempt, or given by whoever signed it. Threads: any. */
final class UrlSource {
    private final @Nullable Signer signer;
    private final Duration defaultExpires;
    private final InstantSource clock;

    /** The signer is null where every entry brings its own URL. */
    UrlSource(@Nullable Signer signer, Duration defaultExpires, InstantSource clock) {
        this.signer = signer;
        this.defaultExpires = defaultExpires;
        this.clock = clock;
    }

    /** The URL for an attempt that begins now; throws what the signer throws where it cannot be signed. */
    SignedUrl urlOf(Claim claim) {
        if (claim.url() != null) {
            return SignedUrl.byOthers(claim.url(), claim.headers());
        }
        if (signer == null) {
            throw new IllegalStateException("an entry with a key came up though none was there at the start");
        }
        return signer.sign(
                new SignRequest(
                        claim.key(),
                        claim.versionId().isEmpty() ? null : claim.versionId(),
                        claim.expires() == null ? defaultExpires : claim.expires(),
                        claim.headers(),
                        new LinkedHashSet<>(claim.additionalHeaders()),
                        claim.params()),
                clock.instant());
    }
}
