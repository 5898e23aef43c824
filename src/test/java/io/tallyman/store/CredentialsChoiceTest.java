package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsChoiceTest {
    private static final Map<String, String> EXPORTED = Map.of(
            "OSS_REGION", "cn-beijing",
            "OSS_BUCKET", "exported",
            "OSS_ACCESS_KEY_ID", "exported-id",
            "OSS_ACCESS_KEY_SECRET", "exported-secret",
            "OSS_SESSION_TOKEN", "exported-token");

    @ParameterizedTest
    @CsvSource({"access-key-id, access-key-secret", "access-key-secret, access-key-id", "security-token, access-key-id"
    })
    void aPartOfAKeyIsNeverMadeWholeWithWhatIsExported(String own, String missing) {
        refused(Map.of(own, "fake-own"))
                .isInstanceOf(MissingCredentialsException.class)
                .hasMessageContaining("store 'default' has no credentials: " + missing + " is missing")
                .hasMessageContaining("set tallyman.store.default." + missing + " or, in the environment, "
                        + "TALLYMAN_STORE_DEFAULT_" + missing.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    @Test
    void anExportedTokenJoinsNoKeyOfOnesOwn() {
        assertThat(current(Map.of("access-key-id", "own-id", "access-key-secret", "own-secret")))
                .isEqualTo(Credentials.of("own-id", "own-secret"));
        assertThat(current(Map.of()))
                .isEqualTo(new Credentials("exported-id", "exported-secret", "exported-token", null));
    }

    @Test
    void blankKeysAreNone() {
        assertThat(current(Map.of("access-key-id", " ", "security-token", "")).accessKeyId())
                .isEqualTo("exported-id");
    }

    @Test
    void theEndOfATokenIsKnownWhereItIsGiven() {
        Instant end = Instant.parse("2026-11-24T18:00:00Z");

        assertThat(current(Map.of(
                        "access-key-id", "id",
                        "access-key-secret", "secret",
                        "security-token", "token",
                        "security-token-expires-at", "2026-11-24T18:00:00Z")))
                .isEqualTo(new Credentials("id", "secret", "token", end));
        assertThat(current(Map.of("security-token-expires-at", "2026-11-24T18:00:00Z")))
                .isEqualTo(new Credentials("exported-id", "exported-secret", "exported-token", end));
    }

    @Test
    void anEndThatIsNoneIsRefused() {
        refused(Map.of("security-token-expires-at", "tomorrow"))
                .hasMessageContaining("'tomorrow' cannot be used: a time is written like 2026-11-24T18:00:00Z");
        refused(Map.of(
                        "access-key-id", "id",
                        "access-key-secret", "secret",
                        "security-token-expires-at", "2026-11-24T18:00:00Z"))
                .hasMessageContaining("there is no security-token that could end");
    }

    @ParameterizedTest
    @CsvSource({
        "static, access-key-id-file",
        "files, access-key-secret",
        "files, security-token-expires-at",
        "ecs-role, access-key-id",
        "ecs-role, role-arn",
        "oidc, access-key-id",
        "oidc, external-id",
        "assume-role, oidc-token-file",
        "chain, ecs-role"
    })
    void credentialsComeFromOnePlaceOnly(String kind, String key) {
        refused(Map.of("credentials", kind, key, "fake-value"))
                .hasMessageContaining("store 'default': " + key + " cannot be used where its credentials are " + kind)
                .hasMessageContaining("tallyman.store.default.credentials");
    }

    @Test
    void aKeyAndAKeyInFilesAreTwoPlaces() {
        refused(Map.of("access-key-id", "fake-id", "access-key-secret-file", "/run/secrets/secret"))
                .hasMessageContaining("access-key-secret-file cannot be used where its credentials are static");
        refused(Map.of(
                        "credentials", "assume-role",
                        "role-arn", "acs:ram::1:role/r",
                        "access-key-id", "fake-id",
                        "access-key-id-file", "/run/secrets/id"))
                .hasMessageContaining("access-key-id, access-key-id-file");
    }

    @Test
    void filesAreTakenWhereTheyAreGivenAndWhatIsExportedIsNot() {
        Store store = stores(Map.of(
                        "access-key-id-file", "/run/secrets/id", "access-key-secret-file", "/run/secrets/secret"))
                .named("default");

        assertThat(store.credentials().toString()).isEqualTo("RenewedCredentials[default, files]");
        assertThat(store.toString()).doesNotContain("exported-id", "exported-secret", "exported-token");
    }

    @ParameterizedTest
    @CsvSource({
        "files, , access-key-id-file is missing",
        "assume-role, , role-arn is missing",
        "oidc, , role-arn is missing; set tallyman.store.default.role-arn",
        "oidc, role-arn=acs:ram::1:role/r, ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
    })
    void whatIsMissingIsNamed(String kind, String more, String message) {
        Map<String, String> keys = new HashMap<>(Map.of("credentials", kind));
        if (more != null) {
            keys.put(more.substring(0, more.indexOf('=')), more.substring(more.indexOf('=') + 1));
        }
        refused(keys).isInstanceOf(MissingCredentialsException.class).hasMessageContaining(message);
    }

    @Test
    void anEndOfATokenFileWithoutTheTokenIsHalfASet() {
        refused(Map.of(
                        "access-key-id-file", "/run/secrets/id",
                        "access-key-secret-file", "/run/secrets/secret",
                        "security-token-expires-at-file", "/run/secrets/end"))
                .hasMessageContaining("security-token-file is missing");
    }

    @Test
    void aServiceAccountIsWhatKubernetesSaysInTheEnvironment() {
        Map<String, String> environment = new HashMap<>(EXPORTED);
        environment.put("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r");
        environment.put("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p");
        environment.put("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token");

        assertThat(StoreSettings.stores(
                                Map.of("tallyman.store.default.credentials", "oidc"), environment, Clock.systemUTC())
                        .named("default")
                        .credentials()
                        .toString())
                .isEqualTo("RenewedCredentials[default, oidc]");
    }

    @ParameterizedTest
    @CsvSource({
        "credentials, magic, 'it is one of static, files, ecs-role, oidc, assume-role, chain'",
        "sts-endpoint, http://sts.example, always asked over https",
        "sts-endpoint, sts.example/path, always asked over https",
        "role-session-name, a b, 'letters, digits'",
        "session-duration, PT14M59S, 15 minutes to 12 hours",
        "session-duration, PT13H, 15 minutes to 12 hours"
    })
    void valuesThatCannotWorkAreRefused(String key, String value, String message) {
        Map<String, String> keys = new HashMap<>(Map.of("credentials", "assume-role", "role-arn", "acs:ram::1:role/r"));
        keys.put(key, value);

        refused(keys)
                .hasMessageContaining(key + " '" + value + "' cannot be used")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs-role", "ECS_ROLE", "Ecs-Role"})
    void kindsAreNamedInAnyCase(String kind) {
        assertThat(stores(Map.of("credentials", kind))
                        .named("default")
                        .credentials()
                        .toString())
                .isEqualTo("RenewedCredentials[default, ecs-role]");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(Map<String, String> keys) {
        AbstractThrowableAssert<?, ? extends Throwable> refused =
                assertThatThrownBy(() -> stores(keys).named("default")).isInstanceOf(StoreConfigurationException.class);
        refused.message().doesNotContain("\n", "exported-", "fake-");
        return refused;
    }

    private static Credentials current(Map<String, String> keys) {
        return stores(keys).named("default").credentials().current();
    }

    private static Stores stores(Map<String, String> keys) {
        Map<String, String> properties = new HashMap<>();
        keys.forEach((key, value) -> properties.put("tallyman.store.default." + key, value));
        return StoreSettings.stores(properties, EXPORTED, Clock.systemUTC());
    }
}
