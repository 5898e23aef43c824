package io.tallyman.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the one place that a store's credentials come from. The parts of a key belong together: they are all the store's own or,
 * for the default store, all exported; half a key, or two places, is refused.
 */
final class CredentialsChoice {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?");
    private static final Pattern SESSION_NAME = Pattern.compile("[A-Za-z0-9.@_-]{2,64}");
    private static final Duration DEFAULT_SESSION = Duration.ofHours(1);
    private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);
    private static final Duration LONGEST_SESSION = Duration.ofHours(12);

    private final String store;
    private final Map<String, String> own;
    private final Function<String, Optional<String>> environment;
    private final InstantSource clock;

    /** @param environment looks up what is exported */
    CredentialsChoice(
            String store,
            StoreConfig.@Nullable Settings settings,
            Function<String, Optional<String>> environment,
            InstantSource clock) {
        this.store = store;
        this.own = settings == null ? Map.of() : given(settings);
        this.environment = environment;
        this.clock = clock;
    }

    private static Map<String, String> given(StoreConfig.Settings settings) {
        Map<String, Optional<String>> keys = new LinkedHashMap<>();
        keys.put("credentials", settings.credentials());
        keys.put("access-key-id", settings.accessKeyId());
        keys.put("access-key-secret", settings.accessKeySecret());
        keys.put("security-token", settings.securityToken());
        keys.put("security-token-expires-at", settings.securityTokenExpiresAt());
        keys.put(FileCredentials.ID, settings.accessKeyIdFile());
        keys.put(FileCredentials.SECRET, settings.accessKeySecretFile());
        keys.put(FileCredentials.TOKEN, settings.securityTokenFile());
        keys.put(FileCredentials.TOKEN_END, settings.securityTokenExpiresAtFile());
        keys.put("ecs-role", settings.ecsRole());
        keys.put("role-arn", settings.roleArn());
        keys.put("role-session-name", settings.roleSessionName());
        keys.put("external-id", settings.externalId());
        keys.put("session-duration", settings.sessionDuration().map(Duration::toString));
        keys.put("oidc-provider-arn", settings.oidcProviderArn());
        keys.put("oidc-token-file", settings.oidcTokenFile());
        keys.put("sts-endpoint", settings.stsEndpoint());
        Map<String, String> given = new LinkedHashMap<>();
        keys.forEach((key, value) ->
                value.map(String::strip).filter(text -> !text.isEmpty()).ifPresent(text -> given.put(key, text)));
        return given;
    }

    /**
     * The source that is configured. Nothing is fetched yet.
     *
     * @throws MissingCredentialsException where none is, or half of one
     * @throws StoreConfigurationException where more than one is, or a value is wrong
     */
    CredentialsSource source() {
        CredentialsKind kind = kind();
        List<String> unused = own.keySet().stream()
                .filter(key -> !key.equals("credentials") && !kind.uses(key))
                .toList();
        if (!unused.isEmpty() || (ownStatic() && ownFiles())) {
            throw StoreConfigurationException.conflicting(
                    store, unused.isEmpty() ? List.copyOf(own.keySet()) : unused, kind);
        }
        return switch (kind) {
            case STATIC -> CredentialsSource.fixed(fixed());
            case FILES -> renewed(kind, files());
            case ECS_ROLE -> renewed(kind, CloudCredentials.ofInstance(own.get("ecs-role")));
            case OIDC -> renewed(kind, serviceAccount());
            case ASSUME_ROLE -> renewed(kind, CloudCredentials.ofAssumedRole(role(required("role-arn")), base()));
            case CHAIN -> renewed(kind, CloudCredentials.ofChain());
        };
    }

    private CredentialsKind kind() {
        String asked = own.get("credentials");
        if (asked == null) {
            return ownFiles() && !ownStatic() ? CredentialsKind.FILES : CredentialsKind.STATIC;
        }
        return CredentialsKind.named(asked)
                .orElseThrow(() -> StoreConfigurationException.wrong(
                        store, "credentials", asked, "it is one of " + CredentialsKind.labels()));
    }

    private RenewedCredentials renewed(CredentialsKind kind, CredentialsOrigin origin) {
        return new RenewedCredentials(store, kind.label(), origin, clock);
    }

    private Credentials fixed() {
        boolean exported = !ownStatic() && store.equals(Stores.DEFAULT);
        Function<String, Optional<String>> place = exported ? this::exported : key -> Optional.ofNullable(own.get(key));
        String id = place.apply("access-key-id")
                .orElseThrow(() -> new MissingCredentialsException(store, "access-key-id", exported));
        String secret = place.apply("access-key-secret")
                .orElseThrow(() -> new MissingCredentialsException(store, "access-key-secret", exported));
        String token = place.apply("security-token").orElse(null);
        String end = own.get("security-token-expires-at");
        if (end != null && token == null) {
            throw StoreConfigurationException.wrong(
                    store, "security-token-expires-at", end, "there is no security-token that could end");
        }
        return new Credentials(id, secret, token, end == null ? null : instant(end));
    }

    private Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw StoreConfigurationException.wrong(
                    store, "security-token-expires-at", text, "a time is written like 2026-11-24T18:00:00Z");
        }
    }

    private FileCredentials files() {
        required(FileCredentials.ID);
        required(FileCredentials.SECRET);
        if (own.containsKey(FileCredentials.TOKEN_END)) {
            required(FileCredentials.TOKEN);
        }
        return new FileCredentials(own);
    }

    private CloudCredentials serviceAccount() {
        String role = requiredOr("role-arn", "ALIBABA_CLOUD_ROLE_ARN");
        return CloudCredentials.ofServiceAccount(
                role(role),
                requiredOr("oidc-provider-arn", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
                requiredOr("oidc-token-file", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"));
    }

    /** The credentials that assume a role: those the store would have without it; null for the default chain. */
    private @Nullable CredentialsOrigin base() {
        if (ownFiles()) {
            return files();
        }
        if (ownStatic()
                || (store.equals(Stores.DEFAULT) && exported("access-key-id").isPresent())) {
            Credentials fixed = fixed();
            return () -> fixed;
        }
        return null;
    }

    private CloudRole role(String arn) {
        String session = own.getOrDefault("role-session-name", "tallyman");
        if (!SESSION_NAME.matcher(session).matches()) {
            throw StoreConfigurationException.wrong(
                    store, "role-session-name", session, "it is 2 to 64 letters, digits and . @ _ -");
        }
        String endpoint = own.get("sts-endpoint");
        if (endpoint != null && !HOST.matcher(endpoint).matches()) {
            throw StoreConfigurationException.wrong(
                    store,
                    "sts-endpoint",
                    endpoint.contains("@") ? "<redacted>" : endpoint,
                    "it is a host such as sts-vpc.cn-hangzhou.aliyuncs.com, always asked over https");
        }
        return new CloudRole(arn, session, sessionDuration(), own.get("external-id"), endpoint);
    }

    private Duration sessionDuration() {
        String text = own.get("session-duration");
        Duration duration = text == null ? DEFAULT_SESSION : Duration.parse(text);
        if (duration.compareTo(SHORTEST_SESSION) < 0 || duration.compareTo(LONGEST_SESSION) > 0) {
            throw StoreConfigurationException.wrong(
                    store, "session-duration", duration.toString(), "STS gives sessions of 15 minutes to 12 hours");
        }
        return duration;
    }

    private boolean ownStatic() {
        return own.containsKey("access-key-id")
                || own.containsKey("access-key-secret")
                || own.containsKey("security-token");
    }

    private boolean ownFiles() {
        return own.keySet().stream().anyMatch(CredentialsKind.FILES::uses);
    }

    private Optional<String> exported(String key) {
        return Optional.ofNullable(StoreConfigurationException.OSS_NAMES.get(key))
                .flatMap(environment)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private String required(String key) {
        String value = own.get(key);
        if (value == null) {
            throw new MissingCredentialsException(store, key, false);
        }
        return value;
    }

    private String requiredOr(String key, String exportedName) {
        String value = own.get(key);
        return value != null
                ? value
                : environment
                        .apply(exportedName)
                        .filter(text -> !text.isBlank())
                        .orElseThrow(() -> new MissingCredentialsException(store, key, exportedName));
    }
}
