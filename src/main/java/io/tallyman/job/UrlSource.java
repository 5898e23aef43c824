package io.tallyman.job;

import io.tallyman.ledger.Claim;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.Signer;
import io.tallyman.transfer.UrlSupply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Where an entry's URLs come from: signed when they are needed, for as long as the object is likely to take, or given by whoever signed
 * them. Threads: any.
 */
final class UrlSource {
    /** Below it a transfer says more of round trips than of speed. */
    private static final long TELLING_BYTES = 1 << 20;
    /** A network may become this much slower before a URL ends sooner than its transfer; then it is signed again. */
    private static final int MARGIN = 4;

    private final @Nullable Signer signer;
    private final Duration defaultExpires;
    private final InstantSource clock;
    /** Of one transfer; 0 while nothing was measured. */
    private volatile double bytesPerSecond;

    /** The signer is null where every entry brings its own URL. */
    UrlSource(@Nullable Signer signer, Duration defaultExpires, InstantSource clock) {
        this.signer = signer;
        this.defaultExpires = defaultExpires;
        this.clock = clock;
    }

    /** The URLs of an attempt that begins now; they throw what the signer throws where it cannot sign. */
    UrlSupply of(Claim claim) {
        if (claim.url() != null) {
            return UrlSupply.given(SignedUrl.byOthers(claim.url(), claim.headers()));
        }
        Signer mine = signer;
        if (mine == null) {
            throw new IllegalStateException("an entry with a key came up though none was there at the start");
        }
        return () -> mine.sign(
                new SignRequest(
                        claim.key(),
                        claim.versionId().isEmpty() ? null : claim.versionId(),
                        expires(claim),
                        claim.headers(),
                        new LinkedHashSet<>(claim.additionalHeaders()),
                        claim.params()),
                clock.instant());
    }

    /** Told what a transfer came to, so that later URLs live as long as they must. */
    void observe(long bytes, Duration duration) {
        if (bytes >= TELLING_BYTES && duration.isPositive()) {
            double measured = bytes * 1e9 / duration.toNanos();
            double before = bytesPerSecond;
            // Two updates at once may lose one; the next makes up for it.
            bytesPerSecond = before == 0 ? measured : before * 0.8 + measured * 0.2;
        }
    }

    /** What the entry says; else the setting, or more where the object needs it. The signer cuts it down to its keys' life. */
    private Duration expires(Claim claim) {
        if (claim.expires() != null) {
            return claim.expires();
        }
        Long size = claim.expectations().sizeBytes();
        double speed = bytesPerSecond;
        if (size == null || speed == 0) {
            return defaultExpires;
        }
        double seconds = Math.min((double) size / speed * MARGIN, (double) SignRequest.LONGEST.toSeconds());
        Duration needed = Duration.ofSeconds((long) seconds);
        return needed.compareTo(defaultExpires) > 0 ? needed : defaultExpires;
    }
}
