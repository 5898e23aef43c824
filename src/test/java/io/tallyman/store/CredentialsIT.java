package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.HomeServer;
import io.tallyman.house.FaultCase;
import io.tallyman.scenario.Tallyman;
import io.tallyman.store.CloudServices.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program and where its keys come from. */
class CredentialsIT {
    @TempDir
    Path folder;

    @AfterEach
    void awaitServerStopped() {
        HomeServer.awaitStopped(folder.resolve("home"));
    }

    private Tallyman tallyman;

    @BeforeEach
    void aStoreWithoutKeys() {
        tallyman = new Tallyman(folder)
                .with("OSS_ENDPOINT", "oss-cn-hangzhou.aliyuncs.com")
                .with("OSS_REGION", "cn-hangzhou")
                .with("OSS_BUCKET", "example-bucket");
    }

    @Test
    void anAssumedRoleSignsAndItsEndCapsTheUrl() throws Exception {
        Instant end = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        try (CloudServices services = new CloudServices(folder)) {
            // Given STS, which gives a role for an hour
            services.sts = request -> new Reply(
                    200,
                    "{\"Credentials\":{\"AccessKeyId\":\"fake-sts-id\",\"AccessKeySecret\":\"fake-sts-secret\","
                            + "\"SecurityToken\":\"fake-sts-token\",\"Expiration\":\"" + end + "\"}}");

            // When
            Tallyman.Result result = tallyman.with("OSS_ACCESS_KEY_ID", "fake-base-id")
                    .with("OSS_ACCESS_KEY_SECRET", "fake-base-secret")
                    .with("TALLYMAN_STORE_DEFAULT_CREDENTIALS", "assume-role")
                    .with("TALLYMAN_STORE_DEFAULT_ROLE_ARN", "acs:ram::1234567890123456:role/reader")
                    .with("TALLYMAN_STORE_DEFAULT_STS_ENDPOINT", services.stsEndpoint())
                    .with("QUARKUS_LOG_LEVEL", "DEBUG")
                    .with(
                            "JAVA_TOOL_OPTIONS",
                            "-Djavax.net.ssl.trustStorePassword=not-a-secret -Djavax.net.ssl.trustStore="
                                    + System.getProperty("javax.net.ssl.trustStore"))
                    .run("sign", "a/b", "--expires", "2h", "--format", "jsonl");

            // Then
            assertThat(result.stderr()).doesNotContain("fake-sts", "fake-base-secret");
            assertThat(result.exitCode()).isZero();
            assertThat(result.stdout())
                    .contains("x-oss-credential=fake-sts-id%2F")
                    .contains("x-oss-security-token=fake-sts-token")
                    .contains("\"expires_at\":\"" + end + "\"")
                    .doesNotContain("x-oss-expires=7200");
        }
    }

    @Test
    void keysThatCannotBeHadAreOneLine() throws Exception {
        refused(
                13,
                "store 'default' has no credentials, files gave none: file /nowhere/id does not exist",
                tallyman.with("TALLYMAN_STORE_DEFAULT_ACCESS_KEY_ID_FILE", "/nowhere/id")
                        .with("TALLYMAN_STORE_DEFAULT_ACCESS_KEY_SECRET_FILE", "/nowhere/secret"));
    }

    @Test
    @FaultCase(26)
    void aRunWithoutKeysStopsAndLeavesItsEntriesAsTheyWere() throws Exception {
        // Given
        Files.writeString(folder.resolve("list.csv"), "key,size\na.txt,1\nb.txt,2\n");
        tallyman.with("TALLYMAN_STORE_DEFAULT_ACCESS_KEY_ID_FILE", "/nowhere/id")
                .with("TALLYMAN_STORE_DEFAULT_ACCESS_KEY_SECRET_FILE", "/nowhere/secret");
        assertThat(tallyman.run(
                                "import",
                                "list.csv",
                                "--manifest",
                                "list",
                                "--dest",
                                folder.resolve("out").toString())
                        .exitCode())
                .isZero();

        // When
        Tallyman.Result result = tallyman.run("run", "list", "--quiet");

        // Then
        assertThat(result.exitCode()).isEqualTo(13);
        assertThat(result.stderr()).contains("file /nowhere/id does not exist");
        assertThat(tallyman.run("status", "list", "--json").stdout()).contains("\"pending\":2");
    }

    @Test
    void keysThatHaveEndedAreOneLine() throws Exception {
        refused(
                13,
                "the credentials of store 'default' end at 2024-01-01T00:00:00Z",
                tallyman.with("OSS_ACCESS_KEY_ID", "fake-id")
                        .with("OSS_ACCESS_KEY_SECRET", "fake-secret")
                        .with("OSS_SESSION_TOKEN", "fake-token")
                        .with("TALLYMAN_STORE_DEFAULT_SECURITY_TOKEN_EXPIRES_AT", "2024-01-01T00:00:00Z"));
    }

    @Test
    void twoPlacesAreOneLine() throws Exception {
        refused(
                2,
                "access-key-id cannot be used where its credentials are ecs-role",
                tallyman.with("TALLYMAN_STORE_DEFAULT_ACCESS_KEY_ID", "fake-id")
                        .with("TALLYMAN_STORE_DEFAULT_CREDENTIALS", "ecs-role"));
    }

    @Test
    void keysThatAreGivenLoadNothingOfTheLibraryForTheOthers() throws Exception {
        // Given
        Path loaded = folder.resolve("classes.log");

        // When
        Tallyman.Result result = tallyman.with("OSS_ACCESS_KEY_ID", "fake-id")
                .with("OSS_ACCESS_KEY_SECRET", "fake-secret")
                .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded)
                .run("sign", "a/b");

        // Then
        assertThat(result.exitCode()).isZero();
        assertThat(Files.readString(loaded))
                .contains("io.tallyman.store.CredentialsChoice")
                .doesNotContain("com.aliyun.", "okhttp3.", "kotlin.", "com.google.gson.", "CloudCredentials");
    }

    private static void refused(int exitCode, String message, Tallyman tallyman) throws Exception {
        Tallyman.Result result = tallyman.run("sign", "a/b");

        assertThat(result.stderr()).contains(message).doesNotContain("fake-");
        assertThat(result.stderr().lines()).hasSize(1);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }
}
