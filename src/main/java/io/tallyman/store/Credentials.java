package io.tallyman.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keys that open a store. Prints redacted; the secret and the token are read by signers and nobody else.
 *
 * @param securityToken of temporary (STS) credentials; null for a long-lived key
 * @param expiresAt when the store stops accepting them, and every URL signed with them; null where unknown or never
 */
public record Credentials(
        String accessKeyId,
        String accessKeySecret,
        @Nullable String securityToken,
        @Nullable Instant expiresAt) {

    public Credentials {
        securityToken = securityToken == null || securityToken.isEmpty() ? null : securityToken;
    }

    /** A long-lived key. */
    public static Credentials of(String accessKeyId, String accessKeySecret) {
        return new Credentials(accessKeyId, accessKeySecret, null, null);
    }

    /** Says which kind of credentials these are and when they end, never what they are. */
    @Override
    public String toString() {
        return "Credentials[" + (securityToken == null ? "long-lived key" : "temporary key with token")
                + (expiresAt == null ? "" : ", until " + expiresAt) + ", <redacted>]";
    }
}
