package io.tallyman.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Where and when a presigned URL holds: its region and day, its clock window, its token's life.
 *
 * @param region the region of every bucket, without the {@code oss-} prefix
 * @param clock the service's clock
 */
record PresignedWindow(String region, InstantSource clock) {
    private static final Duration SLACK = Duration.ofMinutes(15);

    void checkScope(PresignedParameters signed) {
        String[] scope = signed.scope().split("/", -1);
        if (!signed.date().startsWith(scope[0] + "T")) {
            throw PresignedParameters.malformed(
                    "The date of x-oss-credential is not the day of x-oss-date.", "0002-00000227");
        }
        if (!scope[1].equals(region)) {
            throw PresignedParameters.malformed(
                    "Invalid signing region in x-oss-credential, expected " + region + ".", "0002-00000226");
        }
        if (!scope[2].equals("oss") || !scope[3].equals("aliyun_v4_request")) {
            throw PresignedParameters.malformed("x-oss-credential must end in oss/aliyun_v4_request.", "0002-00000229");
        }
    }

    void checkTime(PresignedParameters signed) {
        Instant now = clock.instant();
        if (now.isBefore(signed.signedAt().minus(SLACK))) {
            throw Refusal.of(403, "AccessDenied", "Request is not valid yet.", "0002-00000235")
                    .withDetail("XOssDate", signed.date())
                    .withDetail("ServerTime", now.toString())
                    .asException();
        }
        if (now.isAfter(signed.expiresAt())) {
            throw expired(signed.expiresAt(), now).asException();
        }
    }

    void checkToken(@Nullable String token, StandInCredentials keys) {
        String expected = keys.securityToken();
        if (expected == null && token == null) {
            return;
        }
        if (expected == null || !expected.equals(token)) {
            throw Refusal.of(
                            403, "InvalidSecurityToken", "The security token you provided is invalid.", "0002-00000903")
                    .asException();
        }
        Instant end = keys.tokenExpiresAt();
        if (end != null && !clock.instant().isBefore(end)) {
            throw Refusal.of(
                            403,
                            "SecurityTokenExpired",
                            "The security token you provided has expired.",
                            "0002-00000904")
                    .asException();
        }
    }

    static Refusal expired(Instant expiresAt, Instant now) {
        return Refusal.of(403, "AccessDenied", "Request has expired.", "0002-00000236")
                .withDetail("Expires", expiresAt.toString())
                .withDetail("ServerTime", now.toString());
    }
}
