package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tallyman.store.CloudServices.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alibaba's own library as it is, against services on loopback. */
class CloudCredentialsTest {
    private static final Instant START = Instant.parse("2024-05-06T07:08:09Z");
    private static final String ROLE = "acs:ram::1234567890123456:role/reader";

    @TempDir
    Path folder;

    private final SetClock clock = new SetClock(START);
    private static CloudServices services;
    private Stores stores;

    @BeforeAll
    static void start(@TempDir Path keys) throws Exception {
        services = new CloudServices(keys);
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @BeforeEach
    void forget() {
        services.reset();
    }

    @AfterEach
    void endRenewal() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void anInstancesRoleComesFromItsMetadataService() {
        // Given an instance with a role
        services.metadata = request -> switch (request.get("path")) {
            case "/latest/api/token" -> new Reply(200, "metadata-token");
            case "/latest/meta-data/ram/security-credentials/" -> new Reply(200, "reader");
            case "/latest/meta-data/ram/security-credentials/reader" ->
                new Reply(200, "{\"Code\":\"Success\"," + keys("ecs", START.plus(Duration.ofHours(6))) + "}");
            default -> new Reply(404, "");
        };

        // When
        Credentials credentials = current(Map.of("credentials", "ecs-role"));

        // Then
        assertThat(credentials).isEqualTo(expected("ecs", START.plus(Duration.ofHours(6))));
        assertThat(services.seen).allSatisfy(request -> assertThat(request).containsEntry("host", "100.100.100.200"));
    }

    @Test
    void anInstanceWithoutThatRoleIsToldOnce() {
        services.metadata = request -> request.get("path").equals("/latest/api/token")
                ? new Reply(200, "metadata-token")
                : new Reply(404, "<html>404</html>");

        assertThatThrownBy(() -> current(Map.of("credentials", "ecs-role", "ecs-role", "writer")))
                .isExactlyInstanceOf(CredentialsUnavailableException.class)
                .hasMessage(
                        "store 'archive' has no credentials, ecs-role gave none: the ECS instance has no such role");
    }

    @Test
    void aServiceAccountsRoleComesFromStsAndIsRenewedWithTheTokenOfThen() throws Exception {
        // Given a token that Kubernetes writes and STS that takes it
        Path token = Files.writeString(folder.resolve("token"), "oidc-token-1");
        AtomicInteger session = new AtomicInteger();
        services.sts = request -> new Reply(
                200,
                session("oidc-" + session.incrementAndGet(), clock.instant().plus(Duration.ofHours(1))));

        // When
        CredentialsSource source = source(Map.of(
                "credentials",
                "oidc",
                "role-arn",
                ROLE,
                "oidc-provider-arn",
                "acs:ram::1234567890123456:oidc-provider/ack",
                "oidc-token-file",
                token.toString(),
                "sts-endpoint",
                services.stsEndpoint()));

        // Then
        assertThat(source.current()).isEqualTo(expected("oidc-1", START.plus(Duration.ofHours(1))));
        assertThat(services.seen.getFirst())
                .containsEntry("Action", "AssumeRoleWithOIDC")
                .containsEntry("OIDCToken", "oidc-token-1")
                .containsEntry("RoleArn", ROLE)
                .containsEntry("RoleSessionName", "tallyman")
                .containsEntry("DurationSeconds", "3600");

        // When the token has been replaced and it is time to renew
        Files.writeString(token, "oidc-token-2");
        clock.advance(Duration.ofMinutes(45));

        // Then
        await().until(() -> source.current().accessKeyId().equals("fake-id-oidc-2"));
        assertThat(source.current().expiresAt()).isEqualTo(START.plus(Duration.ofMinutes(105)));
        assertThat(services.seen.getLast()).containsEntry("OIDCToken", "oidc-token-2");
    }

    @Test
    void aMissingTokenFileIsToldAtOnce() {
        assertThatThrownBy(() -> current(Map.of(
                        "credentials",
                        "oidc",
                        "role-arn",
                        ROLE,
                        "oidc-provider-arn",
                        "acs:ram::1234567890123456:oidc-provider/ack",
                        "oidc-token-file",
                        folder.resolve("none").toString())))
                .isInstanceOf(CredentialsUnavailableException.class)
                .hasMessageContaining("the file with the OIDC token cannot be read");
    }

    @Test
    void aRoleIsAssumedWithTheKeyThatIsConfigured() {
        services.sts = request -> new Reply(200, session("sts", START.plus(Duration.ofHours(2))));
        Map<String, String> keys = new HashMap<>(assumeRole());
        keys.put("session-duration", "PT2H");
        keys.put("external-id", "contract-7");
        keys.put("role-session-name", "nightly");

        assertThat(current(keys)).isEqualTo(expected("sts", START.plus(Duration.ofHours(2))));
        assertThat(services.seen.getFirst())
                .containsEntry("Action", "AssumeRole")
                .containsEntry("AccessKeyId", "fake-base-id")
                .containsEntry("RoleArn", ROLE)
                .containsEntry("RoleSessionName", "nightly")
                .containsEntry("ExternalId", "contract-7")
                .containsEntry("DurationSeconds", "7200")
                .containsKey("Signature")
                .doesNotContainValue("fake-base-secret");
    }

    @Test
    void aRoleIsAssumedWithTheKeyInFilesAsTheyAreThen() throws Exception {
        MountedSecret secret = new MountedSecret(Files.createDirectory(folder.resolve("secret")));
        services.sts = request -> new Reply(200, session("sts", clock.instant().plus(Duration.ofHours(1))));
        secret.put(Map.of("id", "fake-base-1", "secret", "fake-secret-1"));
        CredentialsSource source = source(Map.of(
                "credentials", "assume-role",
                "role-arn", ROLE,
                "sts-endpoint", services.stsEndpoint(),
                "access-key-id-file", secret.file("id"),
                "access-key-secret-file", secret.file("secret")));
        source.current();

        secret.put(Map.of("id", "fake-base-2", "secret", "fake-secret-2"));
        clock.advance(Duration.ofMinutes(45));

        await().untilAsserted(() -> assertThat(services.seen.getLast()).containsEntry("AccessKeyId", "fake-base-2"));
    }

    @Test
    void aBaseKeyThatCannotBeReadIsTheReason() {
        assertThatThrownBy(() -> current(Map.of(
                        "credentials",
                        "assume-role",
                        "role-arn",
                        ROLE,
                        "access-key-id-file",
                        folder.resolve("none").toString(),
                        "access-key-secret-file",
                        folder.resolve("none").toString())))
                .hasMessageContaining("none does not exist");
    }

    @Test
    void whatTheChainFindsIsTaken() {
        List.of("Id", "Secret").forEach(part -> System.setProperty("alibabacloud.accessKey" + part, "fake-" + part));
        try {
            assertThat(current(Map.of("credentials", "chain"))).isEqualTo(Credentials.of("fake-Id", "fake-Secret"));
        } finally {
            List.of("Id", "Secret").forEach(part -> System.clearProperty("alibabacloud.accessKey" + part));
        }
    }

    @Test
    void aChainThatFindsNothingNamesWhereItLooked() {
        assertThatThrownBy(() -> CloudCredentials.ofChain().fetch())
                .isInstanceOfSatisfying(
                        NotObtainedException.class,
                        e -> assertThat(e.isPassing()).isTrue())
                .hasMessageContaining("EcsRamRole")
                .hasMessageContaining("EnvironmentVariable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | {\"Code\":\"NoPermission\",\"RequestId\":\"1A-2B\",\"Message\":\"fake-secret\"} | false | STS answered HTTP 403 NoPermission, request 1A-2B",
                "400 | fake-secret | false | STS answered HTTP 400",
                "500 | {\"Code\":\"InternalError\"} | true | STS answered HTTP 500 InternalError",
                "200 | {\"Credentials\":{\"AccessKeyId\":\"fake-id\",\"AccessKeySecret\":\"fake-secret\"}} | true | not as it should",
                "200 | <html>fake-secret</html> | true | not as it should",
                "200 | {} | true | not as it should"
            })
    void anAnswerThatIsNoneIsTakenApartAndNeverQuoted(int status, String body, boolean passing, String message) {
        services.sts = request -> new Reply(status, body);
        CloudRole role = new CloudRole(ROLE, "tallyman", Duration.ofHours(1), null, services.stsEndpoint());

        assertThatThrownBy(() -> CloudCredentials.ofAssumedRole(
                                role, () -> Credentials.of("fake-base-id", "fake-base-secret"))
                        .fetch())
                .isInstanceOfSatisfying(
                        NotObtainedException.class,
                        e -> assertThat(e.isPassing()).isEqualTo(passing))
                .hasMessageContaining(message)
                .hasNoCause()
                .message()
                .doesNotContain("fake");
    }

    @Test
    void aServiceThatNobodyVouchesForGetsNoAnswerFromUs() {
        String trusted = System.clearProperty("javax.net.ssl.trustStore");
        CloudRole role = new CloudRole(ROLE, "tallyman", Duration.ofHours(1), null, services.stsEndpoint());

        try {
            assertThatThrownBy(
                            () -> CloudCredentials.ofAssumedRole(role, () -> Credentials.of("fake-id", "fake-secret"))
                                    .fetch())
                    .hasMessageContaining("STS did not answer, or not as it should");
        } finally {
            System.setProperty("javax.net.ssl.trustStore", trusted);
        }
        assertThat(services.seen).isEmpty();
    }

    private Map<String, String> assumeRole() {
        return Map.of(
                "credentials", "assume-role",
                "role-arn", ROLE,
                "sts-endpoint", services.stsEndpoint(),
                "access-key-id", "fake-base-id",
                "access-key-secret", "fake-base-secret");
    }

    private CredentialsSource source(Map<String, String> keys) {
        stores = StoreSettings.archive(clock, keys);
        return stores.named("archive").credentials();
    }

    private Credentials current(Map<String, String> keys) {
        return source(keys).current();
    }

    private static Credentials expected(String name, Instant end) {
        return new Credentials("fake-id-" + name, "fake-secret-" + name, "fake-token-" + name, end);
    }

    private static String session(String name, Instant end) {
        return "{\"RequestId\":\"1A-2B\",\"Credentials\":{" + keys(name, end) + "}}";
    }

    private static String keys(String name, Instant end) {
        return "\"AccessKeyId\":\"fake-id-" + name + "\",\"AccessKeySecret\":\"fake-secret-" + name
                + "\",\"SecurityToken\":\"fake-token-" + name + "\",\"Expiration\":\"" + end + "\"";
    }
}
