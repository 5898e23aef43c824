package io.tallyman.demo;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keys the stand-in accepts. Prints without the secret and the token.
 *
 * @param securityToken the STS token every request must carry; null for long-lived keys
 * @param tokenExpiresAt when the token dies, whatever a URL says; null for never
 */
public record StandInCredentials(
        String accessKeyId,
        String accessKeySecret,
        @Nullable String securityToken,
        @Nullable Instant tokenExpiresAt) {

    /** Long-lived keys. */
    public StandInCredentials(String accessKeyId, String accessKeySecret) {
        this(accessKeyId, accessKeySecret, null, null);
    }

    @Override
    public String toString() {
        return "StandInCredentials[" + accessKeyId + "]";
    }
}
