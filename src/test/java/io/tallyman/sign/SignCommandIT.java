package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.sdk.service.oss2.signer.SignerV4;
import io.tallyman.database.HomeServer;
import io.tallyman.scenario.Tallyman;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
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

    @AfterEach
    void awaitServerStopped() {
        HomeServer.awaitStopped(folder.resolve("home"));
    }

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
                new String[] {"good", "--expires", "604801"},
                new String[] {"/leading"},
                new String[] {"good", "\\leading"},
                new String[] {"good", ""},
                new String[] {"k".repeat(1024)},
                new String[] {"船".repeat(341) + "x"},
                new String[] {"good", "--header", "versionId:v1"},
                new String[] {"good", "--header", "X-Oss-Version-Id: v1"},
                new String[] {"good", "--header", "x-oss-a:b\r\nx-oss-c: d"},
                new String[] {"good", "--header", "x-oss-a\r\n:b"},
                new String[] {"good", "--header", "x\r\n:b", "--header", "x\r\n:b"},
                new String[] {"good", "--header", "no colon"},
                new String[] {"good", "--additional-header", ""},
                new String[] {"good", "--param", "Expires=1"},
                new String[] {"good", "--traffic-limit", "99KB/s"},
                new String[] {"good", "--traffic-limit", "fast\n"},
                new String[] {"good", "--traffic-limit", "1MB/s", "--param", "x-oss-traffic-limit=819200"},
                new String[] {"good", "--traffic-limit", "1MB/s", "--header", "X-Oss-Traffic-Limit:819200"},
                new String[] {"good", "--scheme", "oss1", "--header", "a:b", "--additional-header", "a"},
                new String[] {"good", "a//b", "--format", "curl"},
                new String[] {"good", "--format", "yaml"},
                new String[] {"good", "--state", "pending"},
                new String[] {"good", "--from", "keys.csv"},
                new String[] {"--from", "keys.csv", "--expires", "0"})) {
            refused(tallyman, 2, wrong);
        }
    }

    @Test
    void anAcceleratedEndpointDoesNotTellTheRegion() throws Exception {
        tallyman.with("OSS_ENDPOINT", "oss-accelerate.aliyuncs.com").with("OSS_REGION", "");

        assertThat(refused(tallyman, 2, "good")).contains("region");
    }

    private String refused(Tallyman program, int exitCode, String... wrong) throws Exception {
        String[] args = new String[wrong.length + 1];
        args[0] = "sign";
        System.arraycopy(wrong, 0, args, 1, wrong.length);
        Files.writeString(folder.resolve("keys.csv"), "key\na\n");

        Tallyman.Result result = program.run(args);

        assertThat(result.exitCode())
                .as("%s: %s", List.of(wrong), result.stderr())
                .isEqualTo(exitCode);
        assertThat(result.stdout()).as("%s", List.of(wrong)).isEmpty();
        assertThat(result.stderr().lines()).as("%s", List.of(wrong)).hasSize(1);
        return result.stderr();
    }

    @Test
    void aFriendlierTrafficLimitBecomesTheParameterInBothSchemes() throws Exception {
        for (String scheme : List.of("oss4", "oss1")) {
            Tallyman.Result friendly =
                    tallyman.run("sign", "a", "--at", AT.toString(), "--scheme", scheme, "--traffic-limit", "100KB/s");
            Tallyman.Result plain = tallyman.run(
                    "sign", "a", "--at", AT.toString(), "--scheme", scheme, "--param", "x-oss-traffic-limit=819200");

            assertThat(friendly.stdout()).contains("x-oss-traffic-limit=819200").isEqualTo(plain.stdout());
        }
    }

    @Test
    void aFileIsForItsOwnerAloneAndAppearsOnlyWhole() throws Exception {
        // Given
        Path urls = folder.resolve("urls.txt");
        Files.writeString(folder.resolve("bad.csv"), "key\na\n/b\n");
        Files.writeString(folder.resolve("good.csv"), "key\na\nb\n");

        // When
        Tallyman.Result bad = tallyman.run("sign", "--from", "bad.csv", "--output", "urls.txt");
        assertThat(urls).doesNotExist();
        Tallyman.Result good = tallyman.run("sign", "--from", "good.csv", "--output", "urls.txt");
        Tallyman.Result nowhere = tallyman.run("sign", "a", "--output", "missing/urls.txt");

        // Then
        assertThat(bad.exitCode()).isEqualTo(14);
        assertThat(bad.stderr()).contains("bad.csv:3:");
        assertThat(good).isEqualTo(new Tallyman.Result(0, "", ""));
        assertThat(Files.readAllLines(urls)).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(urls)))
                .isEqualTo("rw-------");
        assertThat(nowhere.exitCode()).isEqualTo(12);
        assertThat(nowhere.stderr().lines()).hasSize(1);
    }

    @Test
    void theEntriesOfAManifestAreSignedAsTheRowsOfItsFileAre() throws Exception {
        // Given
        Files.writeString(folder.resolve("keys.jsonl"), """
                {"key":"b","headers":{"x-oss-request-payer":"requester"},"path":"x/b"}
                {"key":"a","version_id":"v1","expires":60,"md5":"9e107d9d372bb6826bd81d3542a419d6"}
                """);
        assertThat(tallyman.run("import", "keys.jsonl", "--manifest", "nightly").exitCode())
                .isZero();

        // When
        String[] how = {"--format", "aria2", "--at", AT.toString()};
        Tallyman.Result file = tallyman.run("sign", "--from", "keys.jsonl", how[0], how[1], how[2], how[3]);
        Tallyman.Result all = tallyman.run("sign", "--manifest", "nightly", how[0], how[1], how[2], how[3]);
        Tallyman.Result none = tallyman.run("sign", "--manifest", "nightly", "--state", "failed,quarantined");
        Tallyman.Result absent = tallyman.run("sign", "--manifest", "absent");

        // Then
        assertThat(all).isEqualTo(file);
        assertThat(all.stdout().lines()).hasSize(6);
        assertThat(none).isEqualTo(new Tallyman.Result(0, "", ""));
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.stderr()).contains("absent");
    }
}
