package io.tallyman.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access key, and the token that goes with it where it is temporary. Prints without its secrets.
 *
 * @param securityToken null for a permanent key
 * @param expiresAt when the token dies, and every URL signed with it; null where unknown or never
 */
public record Credentials(
        String accessKeyId,
        String accessKeySecret,
        @Nullable String securityToken,
        @Nullable Instant expiresAt) {
    @Override
    public String toString() {
        return "Credentials[" + (securityToken == null ? "permanent" : "temporary") + "]";
    }
}
