package io.tallyman.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.oss.model.GeneratePresignedUrlRequest;
import com.aliyun.sdk.service.oss2.models.GetObjectRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official SDKs presign opens the stand-in's objects, and nothing else does. */
class StandInOssSdkTest {
    private static final StandInCredentials KEYS = new StandInCredentials("fake-id", "fake-secret");
    private static final StandInCredentials STS =
            new StandInCredentials("STS.fake-id", "fake-sts-secret", "fake+token/with=signs", null);
    private static final byte[] BYTES = "cargo".getBytes(StandardCharsets.UTF_8);

    private final StandInOss server = StandInOss.builder()
            .credentials(KEYS)
            .credentials(STS)
            .customDomain("files.example.com", "quay")
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.txt",
                "with space and  two",
                "plus+sign",
                "100%",
                "literal%2Fslash",
                "日本語/ключ",
                "emoji-🚢",
                "tilde~!*'()",
                "a//b",
                "a/../b/./c",
                "question?&=#hash",
                "trailing/",
                "control\u0001"
            })
    void both_sdks_open_awkward_keys_in_path_style_and_by_virtual_host(String key) throws Exception {
        // Given an object under that key
        server.bucket("quay").put(key, BYTES);

        for (StandInCredentials keys : List.of(KEYS, STS)) {
            GetObjectRequest request =
                    GetObjectRequest.newBuilder().bucket("quay").key(key).build();
            // When the SDKs presign it
            String path = OfficialSdk.presign(server.endpoint(), true, keys, request);
            String virtual = OfficialSdk.presign(URI.create("http://oss.example.com"), false, keys, request)
                    .replace("http://quay.oss.example.com", "http://quay.localhost");
            String old = OfficialSdk.presignOld(server.endpoint(), keys, new GeneratePresignedUrlRequest("quay", key));

            // Then each URL opens it
            for (String url : List.of(path, virtual, old)) {
                RawClient.Reply reply = RawClient.get(server, url);
                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.body()).isEqualTo(BYTES);
            }
        }
    }

    @Test
    void a_jdk_client_reads_what_the_sdk_presigned() throws Exception {
        // Given a presigned URL
        server.bucket("quay").put("a/b c.txt", BYTES);
        String url = OfficialSdk.presign(
                server.endpoint(),
                true,
                KEYS,
                GetObjectRequest.newBuilder().bucket("quay").key("a/b c.txt").build());
        // When an ordinary client fetches it
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> reply = client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
            // Then it gets the bytes and what OSS says about them
            assertThat(reply.body()).isEqualTo(BYTES);
            assertThat(reply.headers().firstValue("x-oss-hash-crc64ecma"))
                    .hasValue(Checksums.of(Content.of(BYTES)).crc64Text());
        }
    }

    @Test
    void a_version_and_the_custom_domain_and_signed_headers_are_part_of_the_signature() throws Exception {
        // Given two versions
        server.bucket("quay")
                .put(
                        "k",
                        StoredObject.of("old".getBytes(StandardCharsets.UTF_8)).withVersionId("v1"))
                .put(
                        "k",
                        StoredObject.of("new".getBytes(StandardCharsets.UTF_8)).withVersionId("v2"));
        // When the older is presigned with headers that must be sent
        String url = OfficialSdk.presign(
                        URI.create("http://oss.example.com"),
                        false,
                        KEYS,
                        GetObjectRequest.newBuilder()
                                .bucket("quay")
                                .key("k")
                                .versionId("v1")
                                .header("x-oss-range-behavior", "standard")
                                .header("referer", "tally")
                                .build(),
                        List.of("referer"))
                .replace("http://quay.oss.example.com", "http://files.example.com");
        // Then exactly that request opens it, and one without a signed header does not
        RawClient.Reply good = RawClient.get(server, url, "x-oss-range-behavior: standard", "Referer: tally");
        assertThat(good.status()).as(good.text()).isEqualTo(200);
        assertThat(good.text()).isEqualTo("old");
        assertRefused(RawClient.get(server, url, "Referer: tally"), 403, "SignatureDoesNotMatch");
        assertRefused(RawClient.get(server, url, "x-oss-range-behavior: standard"), 403, "SignatureDoesNotMatch");
        assertRefused(
                RawClient.get(server, url, "x-oss-range-behavior: standard", "Referer: other"),
                403,
                "SignatureDoesNotMatch");
    }

    @Test
    void whatever_was_changed_after_signing_is_refused() throws Exception {
        // Given a good URL
        server.bucket("quay").put("k", BYTES).put("l", BYTES);
        String url = url(KEYS);
        // Then each change of it is refused, and what the refusal says holds no secret
        assertRefused(
                RawClient.get(server, url(new StandInCredentials("fake-id", "wrong"))), 403, "SignatureDoesNotMatch");
        assertRefused(RawClient.get(server, url(new StandInCredentials("nobody", "x"))), 403, "InvalidAccessKeyId");
        assertRefused(
                RawClient.get(server, url(new StandInCredentials("STS.fake-id", "fake-sts-secret"))),
                403,
                "InvalidSecurityToken");
        assertRefused(RawClient.get(server, url.replace("/k?", "/l?")), 403, "SignatureDoesNotMatch");
        assertRefused(RawClient.get(server, url + "&versionId=v1"), 403, "SignatureDoesNotMatch");
        assertRefused(RawClient.get(server, url, "Content-Type: text/plain"), 403, "SignatureDoesNotMatch");
        assertRefused(RawClient.get(server, url, "x-oss-meta-a: b"), 403, "SignatureDoesNotMatch");
        assertRefused(
                RawClient.get(server, url + "&x-oss-additional-headers="), 400, "AuthorizationQueryParametersError");
        assertRefused(
                RawClient.get(server, url.replace("cn-hangzhou", "cn-beijing")),
                400,
                "AuthorizationQueryParametersError");
        assertRefused(
                RawClient.get(server, url.replaceAll("x-oss-expires=[0-9]+", "x-oss-expires=604801")),
                400,
                "AuthorizationQueryParametersError");
        assertRefused(RawClient.request(server, "PUT", url), 405, "MethodNotAllowed");
        assertThat(RawClient.request(server, "HEAD", url).status()).isEqualTo(403);
        assertRefused(RawClient.get(server, url.substring(0, url.indexOf('?'))), 403, "AccessDenied");
        assertThat(RawClient.get(server, url, "Range: bytes=1-2", "User-Agent: any")
                        .text())
                .isEqualTo("ar");
    }

    @Test
    void the_clock_window_opens_a_quarter_of_an_hour_early_and_closes_at_the_expiry() throws Exception {
        // Given a URL signed now for an hour (less what the SDK rounds off)
        Instant now = Instant.now();
        String url = url(KEYS);
        // Then it opens within its window only
        assertThat(at(now.minus(Duration.ofMinutes(14)), url).status()).isEqualTo(200);
        assertThat(at(now.plus(Duration.ofMinutes(59)), url).status()).isEqualTo(200);
        RawClient.Reply early = at(now.minus(Duration.ofMinutes(16)), url);
        assertRefused(early, 403, "AccessDenied");
        assertThat(early.header("x-oss-ec")).isEqualTo("0002-00000235");
        RawClient.Reply late = at(now.plus(Duration.ofMinutes(61)), url);
        assertRefused(late, 403, "AccessDenied");
        assertThat(late.text()).contains("Request has expired.");
        assertThat(late.header("x-oss-ec")).isEqualTo("0002-00000236");
    }

    @Test
    void a_dead_token_and_path_style_on_a_public_service_are_refused() throws Exception {
        StandInCredentials dead = new StandInCredentials("STS.fake-id", "s", "t", Instant.EPOCH);
        try (StandInOss other =
                StandInOss.builder().credentials(dead).refusePathStyle().start()) {
            other.bucket("quay").put("k", BYTES);
            String path = url(dead);
            assertRefused(RawClient.get(other, path), 403, "SecondLevelDomainForbidden");
            assertRefused(
                    RawClient.get(
                            other, path.replace("127.0.0.1", "quay.localhost").replace("/quay/", "/")),
                    403,
                    "SecurityTokenExpired");
        }
    }

    private RawClient.Reply at(Instant time, String url) throws IOException {
        try (StandInOss other = StandInOss.builder()
                .credentials(KEYS)
                .clock(InstantSource.fixed(time))
                .start()) {
            other.bucket("quay").put("k", BYTES);
            return RawClient.get(other, url);
        }
    }

    private String url(StandInCredentials keys) {
        return OfficialSdk.presign(
                server.endpoint(),
                true,
                keys,
                GetObjectRequest.newBuilder().bucket("quay").key("k").build());
    }

    private static void assertRefused(RawClient.Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).contains("<Code>" + code + "</Code>").doesNotContain("fake-secret", "fake-sts-secret");
        assertThat(reply.header("x-oss-request-id")).hasSize(24);
        assertThat(reply.header("x-oss-ec")).isNotEmpty();
    }
}
