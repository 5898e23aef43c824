package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.sdk.service.oss2.signer.SignerV4;
import io.tallyman.scenario.Tallyman;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tallyman sign} prints what the official SDKs print for the same input. */
class SignCommandIT {
    private static final Instant AT = Instant.parse("2026-02-28T23:59:59Z");
    private static final Store STORE = new Store(
            "default",
            URI.create("https://oss-cn-hangzhou.aliyuncs.com"),
            "cn-hangzhou",
            "example-bucket",
            Addressing.VIRTUAL_HOST,
            CredentialsSource.fixed(
                    new Credentials("not-a-real-key-id", "not-a-real-secret", "not-a-real/token+==", null)));

    @TempDir
    Path folder;

    private Tallyman tallyman;

    @BeforeEach
    void storeInTheEnvironment() {
        Credentials credentials = STORE.credentials().current();
        tallyman = new Tallyman(folder)
                .with("OSS_ENDPOINT", STORE.endpoint().getHost())
                .with("OSS_REGION", "oss-" + STORE.region())
                .with("OSS_BUCKET", STORE.bucket())
                .with("OSS_ACCESS_KEY_ID", credentials.accessKeyId())
                .with("OSS_ACCESS_KEY_SECRET", credentials.accessKeySecret())
                .with("OSS_SESSION_TOKEN", String.valueOf(credentials.securityToken()));
    }

    @Test
    void everyOptionIsSignedAsTheNewerSdkSignsItAndNoDatabaseIsTouched() throws Exception {
        // Given
        SignRequest request = new SignRequest(
                "dir/a+b 100% 船.txt",
                "version/1",
                Duration.ofDays(7),
                Map.of("x-oss-range-behavior", "standard", "Content-Type", "text/plain", "x-team", "quay"),
                Set.of("x-team"),
                Map.of(
                        "x-oss-traffic-limit",
                        "819200",
                        "response-content-disposition",
                        "attachment; filename=\"a b\""));

        // When
        Tallyman.Result result = tallyman.run(
                "sign",
                request.key(),
                "--version-id",
                "version/1",
                "--expires",
                "7d",
                "--header",
                "x-oss-range-behavior:standard",
                "--header",
                "Content-Type: text/plain",
                "--header",
                "x-team:quay",
                "--additional-header",
                "x-team",
                "--param",
                "x-oss-traffic-limit=819200",
                "--param",
                "response-content-disposition=attachment; filename=\"a b\"",
                "--at",
                AT.toString());

        // Then
        assertThat(result.stderr()).isEmpty();
        assertThat(result.exitCode()).isZero();
        try (SdkV2 sdk = new SdkV2(new SignerV4())) {
            assertThat(DecodedUrl.of(result.stdout().strip()))
                    .isEqualTo(DecodedUrl.of(sdk.sign(new SigningCase(STORE, request, AT))));
        }
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void aKeyIsSignedAsTheOlderSdkSignsIt() throws Exception {
        SignRequest request = SignRequest.of("dir/file ~!*'().bin", Duration.ofHours(1));
        try (SdkV1 sdk = new SdkV1(SignVersion.V4)) {
            // Given
            DecodedUrl theirs =
                    DecodedUrl.of(sdk.sign(STORE, request, Instant.now().plus(request.expires())));
            Instant at = Instant.from(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX")
                    .withZone(ZoneOffset.UTC)
                    .parse(theirs.query().get("x-oss-date")));

            // When
            Tallyman.Result result = tallyman.run(
                    "sign",
                    request.key(),
                    "--at",
                    at.toString(),
                    "--expires",
                    theirs.query().get("x-oss-expires"));

            // Then
            assertThat(DecodedUrl.of(result.stdout().strip())).isEqualTo(theirs);
        }
    }

    @Test
    void rowsOfAFileOverrideTheOptionsAndComeOutInTheirOrder() throws Exception {
        // Given
        Files.writeString(folder.resolve("keys.jsonl"), """
                {"key":"plain"}
                {"key":"versioned","version_id":"v1","expires":60}
                {"key":"with headers","headers":{"x-oss-request-payer":"requester"},"params":{"x-oss-traffic-limit":"819200"}}
                """);
        List<SignRequest> requests = List.of(
                SignRequest.of("plain", Duration.ofMinutes(5)),
                new SignRequest("versioned", "v1", Duration.ofSeconds(60), Map.of(), Set.of(), Map.of()),
                new SignRequest(
                        "with headers",
                        null,
                        Duration.ofMinutes(5),
                        Map.of("x-oss-request-payer", "requester"),
                        Set.of(),
                        Map.of("x-oss-traffic-limit", "819200")));

        // When
        Tallyman.Result urls = tallyman.run("sign", "--from", "keys.jsonl", "--expires", "5m", "--at", AT.toString());
        Tallyman.Result json = tallyman.run(
                "sign", "--from", "keys.jsonl", "--expires", "5m", "--at", AT.toString(), "--format", "jsonl");

        // Then
        try (SdkV2 sdk = new SdkV2(new SignerV4())) {
            List<DecodedUrl> expected = requests.stream()
                    .map(request -> DecodedUrl.of(sdk.sign(new SigningCase(STORE, request, AT))))
                    .toList();
            assertThat(urls.stdout().lines().map(DecodedUrl::of)).containsExactlyElementsOf(expected);
        }
        assertThat(json.stdout().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"key\":\""));
        assertThat(json.stdout().lines().toList().get(2))
                .contains("\"headers\":{\"x-oss-request-payer\":\"requester\"}")
                .contains("\"expires_at\":\"2026-03-01T00:04:59Z\"");
    }

    @Test
    void whatCannotBeSignedIsRefusedWithNothingOnStdout() throws Exception {
        for (String[] wrong : List.of(
                new String[] {"good", "--expires", "0"},
                new String[] {"good", "--expires", "8d"},
                new String[] {"/leading"},
                new String[] {"good", "\\leading"},
                new String[] {"k".repeat(1024)},
                new String[] {"good", "--header", "versionId:v1"},
                new String[] {"good", "--header", "x-oss-a:b\r\nx-oss-c: d"},
                new String[] {"good", "--additional-header", ""})) {
            String[] args = new String[wrong.length + 1];
            args[0] = "sign";
            System.arraycopy(wrong, 0, args, 1, wrong.length);

            Tallyman.Result result = tallyman.run(args);

            assertThat(result.exitCode())
                    .as("%s: %s", List.of(wrong), result.stderr())
                    .isEqualTo(2);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr().lines()).hasSize(1);
        }
    }
}
