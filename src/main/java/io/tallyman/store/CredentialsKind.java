package io.tallyman.store;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a store's credentials come from, and the keys that say more about it. */
enum CredentialsKind {
    /** Given as they are. */
    STATIC,
    /** In files that may change. */
    FILES,
    /** The RAM role of the ECS instance, from its metadata service. */
    ECS_ROLE,
    /** A RAM role for a service account (ACK's RRSA), from STS for an OIDC token. */
    OIDC,
    /** A RAM role that other credentials may assume, from STS. */
    ASSUME_ROLE,
    /** The default chain of Alibaba's own tools. */
    CHAIN;

    /** The name used in configuration: {@code static}, {@code files}, {@code ecs-role} ... */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether this way uses the key. A role may be assumed with credentials that are given, in either form. */
    boolean uses(String key) {
        return keys().contains(key) || (this == ASSUME_ROLE && (STATIC.uses(key) || FILES.uses(key)));
    }

    private List<String> keys() {
        return switch (this) {
            case STATIC -> List.of("access-key-id", "access-key-secret", "security-token", "security-token-expires-at");
            case FILES ->
                List.of(FileCredentials.ID, FileCredentials.SECRET, FileCredentials.TOKEN, FileCredentials.TOKEN_END);
            case ECS_ROLE -> List.of("ecs-role");
            case OIDC ->
                List.of(
                        "role-arn",
                        "role-session-name",
                        "session-duration",
                        "oidc-provider-arn",
                        "oidc-token-file",
                        "sts-endpoint");
            case ASSUME_ROLE ->
                List.of("role-arn", "role-session-name", "session-duration", "external-id", "sts-endpoint");
            case CHAIN -> List.of();
        };
    }

    static Optional<CredentialsKind> named(String label) {
        String wanted = label.toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(wanted))
                .findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(CredentialsKind::label).collect(Collectors.joining(", "));
    }
}
