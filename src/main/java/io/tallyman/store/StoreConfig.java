package io.tallyman.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The stores as configured: {@code tallyman.store.<name>.<key>}. What is missing shows only when a store is used. */
@ConfigMapping(prefix = "tallyman.store")
public interface StoreConfig {

    /** By name. */
    @WithParentName
    Map<String, Settings> stores();

    /** The keys of one store. */
    interface Settings {
        /** {@code oss}, which is also the default. */
        Optional<String> provider();

        /** Host with optional scheme and port; default is the region's public endpoint. */
        Optional<String> endpoint();

        /** The bucket's region, such as {@code cn-hangzhou}. */
        Optional<String> region();

        Optional<String> bucket();

        /** {@code virtual-host}, {@code path} or {@code custom-domain}; default see {@link Addressing#defaultFor}. */
        Optional<String> addressing();

        /** {@code static}, {@code files}, {@code ecs-role}, {@code oidc}, {@code assume-role} or {@code chain}; default: what is given. */
        Optional<String> credentials();

        Optional<String> accessKeyId();

        Optional<String> accessKeySecret();

        /** The token of temporary credentials. */
        Optional<String> securityToken();

        /** When that token ends, as in {@code 2026-11-24T18:00:00Z}. */
        Optional<String> securityTokenExpiresAt();

        Optional<String> accessKeyIdFile();

        Optional<String> accessKeySecretFile();

        Optional<String> securityTokenFile();

        /** A file that holds when the token ends. */
        Optional<String> securityTokenExpiresAtFile();

        /** The instance's role; default: it is asked for it. */
        Optional<String> ecsRole();

        /** The role to take at STS; for {@code oidc} the default is {@code ALIBABA_CLOUD_ROLE_ARN}. */
        Optional<String> roleArn();

        /** How the session is named in audit logs; {@code tallyman}. */
        Optional<String> roleSessionName();

        /** What a role of somebody else may ask for. */
        Optional<String> externalId();

        /** How long a session at STS lives; one hour. */
        Optional<Duration> sessionDuration();

        /** Default is {@code ALIBABA_CLOUD_OIDC_PROVIDER_ARN}. */
        Optional<String> oidcProviderArn();

        /** Default is {@code ALIBABA_CLOUD_OIDC_TOKEN_FILE}. */
        Optional<String> oidcTokenFile();

        /** All workers together, such as {@code 50M}; no limit. */
        Optional<String> maxBytesPerSecond();

        /** All workers together; no limit. */
        Optional<String> maxRequestsPerSecond();

        /** Bytes a second by time of day, such as {@code 08:00,10M 19:00,off}; see {@link BandwidthTimetable}. */
        Optional<String> bandwidth();

        /** The time zone of that timetable; the machine's. */
        Optional<String> bandwidthZone();

        /** Host and optional port of STS, as in {@code sts-vpc.cn-hangzhou.aliyuncs.com}; the public one. */
        Optional<String> stsEndpoint();
    }
}
