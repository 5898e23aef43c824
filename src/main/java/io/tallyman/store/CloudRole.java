package io.tallyman.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A role to take at STS.
 *
 * @param arn of the role
 * @param sessionName how the session is named in audit logs
 * @param externalId what the role's owner asks for; null for none
 * @param stsEndpoint host and optional port; null for the public one
 */
record CloudRole(
        String arn,
        String sessionName,
        Duration sessionDuration,
        @Nullable String externalId,
        @Nullable String stsEndpoint) {}
