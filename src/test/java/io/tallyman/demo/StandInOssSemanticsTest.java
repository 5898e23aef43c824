package io.tallyman.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OSS says about objects, ranges, versions and conditions; read without signatures from a public bucket. */
class StandInOssSemanticsTest {
    private static final byte[] DIGITS = "0123456789".getBytes(UTF_8);

    private final StandInOss server = StandInOss.builder().start();
    private final StandInBucket bucket = server.bucket("quay").publicRead();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void the_crc_agrees_with_the_published_check_value() {
        assertThat(Checksums.of(Content.of("123456789".getBytes(UTF_8))).crc64Text())
                .isEqualTo("11051210869376104954");
        assertThat(Checksums.of(Content.of(new byte[0])).crc64Text()).isEqualTo("0");
    }

    @Test
    void a_normal_object_carries_md5_etag_crc_and_a_request_id_of_its_own() throws IOException {
        // Given a Normal object
        bucket.put("k", "hello world".getBytes(UTF_8));
        // When it is read twice
        RawClient.Reply first = get("k");
        RawClient.Reply second = get("k");
        // Then its headers are OSS's
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEqualTo("hello world");
        assertThat(first.header("ETag")).isEqualTo("\"5EB63BBBE01EEED093CB22BB8F5ACDC3\"");
        assertThat(first.header("Content-MD5")).isEqualTo("XrY7u+Ae7tCTyyK7j1rNww==");
        assertThat(first.header("x-oss-hash-crc64ecma")).isEqualTo("5981764153023615706");
        assertThat(first.header("x-oss-object-type")).isEqualTo("Normal");
        assertThat(first.header("x-oss-storage-class")).isEqualTo("Standard");
        assertThat(first.header("Server")).isEqualTo("AliyunOSS");
        assertThat(first.headers()).containsKeys("date", "x-oss-server-time", "last-modified");
        assertThat(first.header("x-oss-request-id")).isNotEqualTo(second.header("x-oss-request-id"));
    }

    @Test
    void a_multipart_object_has_no_md5_and_an_old_one_no_crc() throws IOException {
        bucket.put("m", StoredObject.of(DIGITS).multipart(3))
                .put("o", StoredObject.of(DIGITS).withoutCrc64());
        RawClient.Reply multipart = get("m");
        assertThat(multipart.header("ETag")).matches("\"[0-9A-F]{32}-3\"");
        assertThat(multipart.header("x-oss-object-type")).isEqualTo("Multipart");
        assertThat(multipart.header("x-oss-hash-crc64ecma")).isNotEmpty();
        assertThat(multipart.headers()).doesNotContainKey("content-md5");
        assertThat(get("o").headers()).doesNotContainKey("x-oss-hash-crc64ecma").containsKey("content-md5");
    }

    @ParameterizedTest
    @CsvSource({
        // range, standard, status, body
        "bytes=2-4, false, 206, 234",
        "bytes=7-, false, 206, 789",
        "bytes=-2, false, 206, 89",
        "bytes=0-9, false, 206, 0123456789",
        "bytes=5-10, false, 200, 0123456789",
        "bytes=10-, false, 200, 0123456789",
        "bytes=-11, false, 200, 0123456789",
        "bytes=-0, false, 200, 0123456789",
        "bytes=4-2, false, 200, 0123456789",
        "bytes=a-b, false, 200, 0123456789",
        "bytes=5-10, true, 206, 56789",
        "bytes=-11, true, 206, 0123456789",
        "bytes=10-, true, 416, InvalidRange",
        "bytes=-0, true, 416, InvalidRange",
        "'bytes=0-1,3-4', false, 416, InvalidRange",
    })
    void a_range_is_read_as_oss_reads_it(String range, boolean standard, int status, String body) throws IOException {
        bucket.put("k", DIGITS);
        RawClient.Reply reply =
                standard ? get("k", "Range: " + range, "x-oss-range-behavior: standard") : get("k", "Range: " + range);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).contains(body);
        assertThat(reply.headers().containsKey("content-range")).isEqualTo(status != 200);
        if (status == 206) {
            assertThat(reply.header("Content-Range")).endsWith("/10");
            // The checksum is the whole object's, whatever part was sent.
            assertThat(reply.header("x-oss-hash-crc64ecma"))
                    .isEqualTo(Checksums.of(Content.of(DIGITS)).crc64Text());
        }
    }

    @Test
    void an_empty_object_is_whole_even_for_a_range() throws IOException {
        bucket.put("empty", new byte[0]);
        assertThat(get("empty").header("Content-Length")).isEqualTo("0");
        assertThat(get("empty").header("x-oss-hash-crc64ecma")).isEqualTo("0");
        assertThat(get("empty", "Range: bytes=0-0").status()).isEqualTo(200);
        assertThat(get("empty", "Range: bytes=0-0", "x-oss-range-behavior: standard")
                        .status())
                .isEqualTo(416);
    }

    @Test
    void conditions_decide_between_the_object_412_and_304() throws IOException {
        bucket.put("k", StoredObject.of(DIGITS).withLastModified(Instant.parse("2024-02-29T12:34:56.789Z")));
        String etag = get("k").header("ETag");
        assertThat(get("k", "If-Match: " + etag).status()).isEqualTo(200);
        assertThat(get("k", "If-Match: \"other\"").status()).isEqualTo(412);
        assertThat(get("k", "If-Match: \"other\"", "Range: bytes=1-2").text()).contains("PreconditionFailed");
        assertThat(get("k", "If-None-Match: " + etag).status()).isEqualTo(304);
        assertThat(get("k", "If-None-Match: \"other\"").status()).isEqualTo(200);
        assertThat(get("k", "If-Modified-Since: Thu, 29 Feb 2024 12:34:56 GMT").status())
                .isEqualTo(304);
        assertThat(get("k", "If-Modified-Since: Thu, 29 Feb 2024 12:34:55 GMT").status())
                .isEqualTo(200);
        assertThat(get("k", "If-Unmodified-Since: Thu, 29 Feb 2024 12:34:56 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(get("k", "If-Unmodified-Since: Thu, 29 Feb 2024 12:34:55 GMT")
                        .status())
                .isEqualTo(412);
        assertThat(get("k", "If-Modified-Since: yesterday").status()).isEqualTo(200);
    }

    @Test
    void versions_and_delete_markers_answer_as_in_a_versioned_bucket() throws IOException {
        // Given an object, its deletion, and another key with two versions
        bucket.put("gone", StoredObject.of(DIGITS).withVersionId("v1")).put("gone", new DeleteMarker("v2"));
        bucket.put("k", StoredObject.of("old".getBytes(UTF_8)).withVersionId("v1"))
                .put("k", StoredObject.of("new".getBytes(UTF_8)).withVersionId("v2"));
        // Then the newest is the default
        assertThat(get("k").text()).isEqualTo("new");
        assertThat(get("k?versionId=v1").text()).isEqualTo("old");
        assertThat(get("k?versionId=v1").header("x-oss-version-id")).isEqualTo("v1");
        assertRefused(get("k?versionId=v9"), 404, "NoSuchVersion");
        // And a marker hides the object but not its older versions
        RawClient.Reply current = get("gone");
        assertRefused(current, 404, "NoSuchKey");
        assertThat(current.header("x-oss-delete-marker")).isEqualTo("true");
        RawClient.Reply marker = get("gone?versionId=v2");
        assertRefused(marker, 405, "MethodNotAllowed");
        assertThat(marker.header("x-oss-delete-marker")).isEqualTo("true");
        assertThat(get("gone?versionId=v1").body()).isEqualTo(DIGITS);
    }

    @Test
    void what_is_missing_or_archived_or_private_is_refused_in_oss_words() throws IOException {
        bucket.put("cold", StoredObject.of(DIGITS).archived(false))
                .put("thawed", StoredObject.of(DIGITS).archived(true));
        server.bucket("private")
                .put("k", DIGITS)
                .put("open", StoredObject.of(DIGITS).withPublicRead());
        RawClient.Reply missing = get("no<such>&key");
        assertRefused(missing, 404, "NoSuchKey");
        assertThat(missing.text()).contains("<Key>no&lt;such&gt;&amp;key</Key>", "<RecommendDoc>", "<HostId>");
        assertThat(missing.text()).contains("<RequestId>" + missing.header("x-oss-request-id"));
        assertThat(missing.text()).contains("<EC>" + missing.header("x-oss-ec"));
        assertRefused(raw("/nowhere/k"), 404, "NoSuchBucket");
        assertRefused(get("cold"), 403, "InvalidObjectState");
        assertThat(get("thawed").header("x-oss-restore")).isEqualTo("ongoing-request=\"false\"");
        assertRefused(raw("/private/k"), 403, "AccessDenied");
        assertThat(raw("/private/open").status()).isEqualTo(200);
        assertRefused(get("thawed?response-content-type=text/html"), 400, "InvalidRequest");
    }

    @Test
    void a_head_request_has_the_headers_and_no_body_and_its_error_in_a_header() throws IOException {
        bucket.put("k", DIGITS).put("cold", StoredObject.of(DIGITS).archived(false));
        RawClient.Reply head = RawClient.request(server, "HEAD", url("/quay/k"));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("10");
        assertThat(head.body()).isEmpty();
        assertThat(RawClient.request(server, "HEAD", url("/quay/cold")).header("x-oss-storage-class"))
                .isEqualTo("Archive");
        RawClient.Reply missing = RawClient.request(server, "HEAD", url("/quay/none"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(new String(Base64.getDecoder().decode(missing.header("x-oss-err")), UTF_8))
                .contains("<Code>NoSuchKey</Code>");
    }

    @Test
    void the_key_is_decoded_exactly_once_and_never_normalised() throws IOException {
        bucket.put("a%2Fb", "escaped".getBytes(UTF_8))
                .put("a/b", "slash".getBytes(UTF_8))
                .put("a//b", "two".getBytes(UTF_8))
                .put("x/../a/b", "dots".getBytes(UTF_8))
                .put("a+b", "plus".getBytes(UTF_8))
                .put("a b", "blank".getBytes(UTF_8));
        assertThat(get("a%252Fb").text()).isEqualTo("escaped");
        assertThat(get("a%2Fb").text()).isEqualTo("slash");
        assertThat(get("a//b").text()).isEqualTo("two");
        assertThat(get("x/../a/b").text()).isEqualTo("dots");
        assertThat(get("a+b").text()).isEqualTo("plus");
        assertThat(get("a%2Bb").text()).isEqualTo("plus");
        assertThat(get("a%20b").text()).isEqualTo("blank");
        assertRefused(get("a%2"), 400, "InvalidURI");
        assertRefused(get("a%zz"), 400, "InvalidURI");
        assertRefused(get("a%ff"), 400, "InvalidURI");
    }

    @Test
    void a_traffic_limit_really_limits_and_must_be_within_bounds() throws IOException {
        // Given a body of one second at the slowest allowed rate, 30,720 bytes a second
        byte[] body = new byte[30_720];
        bucket.put("k", body);
        // When it is read at that rate by header and by query
        long started = System.nanoTime();
        RawClient.Reply limited = get("k", "x-oss-traffic-limit: 245760");
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        // Then it takes at least its time: no upper bound, machines are slow
        assertThat(limited.body()).isEqualTo(body);
        assertThat(took).isGreaterThan(Duration.ofMillis(900));
        assertRefused(get("k?x-oss-traffic-limit=245759"), 400, "InvalidArgument");
        assertRefused(get("k?x-oss-traffic-limit=838860801"), 400, "InvalidArgument");
        assertRefused(get("k?x-oss-traffic-limit=fast"), 400, "InvalidArgument");
        assertThat(get("k?x-oss-traffic-limit=838860800").body()).isEqualTo(body);
    }

    @Test
    void a_file_is_served_where_it_lies_whole_and_in_parts(@TempDir Path folder) throws IOException {
        // Given a file longer than any buffer
        byte[] bytes = new byte[3_000_001];
        new Random(42).nextBytes(bytes);
        Path file = Files.write(folder.resolve("big"), bytes);
        bucket.put("big", StoredObject.of(file));
        // Then it comes over whole, and any part of it does
        assertThat(get("big").body()).isEqualTo(bytes);
        assertThat(get("big", "Range: bytes=1000001-2999999").body())
                .isEqualTo(Arrays.copyOfRange(bytes, 1_000_001, 3_000_000));
        assertThat(get("big", "Range: bytes=-3").body()).isEqualTo(Arrays.copyOfRange(bytes, 2_999_998, 3_000_001));
    }

    @Test
    void many_answers_travel_on_one_connection_and_are_remembered() throws IOException {
        bucket.put("k", DIGITS);
        Set<String> ids = new HashSet<>();
        try (RawClient client = new RawClient(server)) {
            for (int i = 0; i < 200; i++) {
                RawClient.Reply reply = client.exchange("GET", url(i % 2 == 0 ? "/quay/k" : "/quay/none"));
                ids.add(reply.header("x-oss-request-id"));
            }
        }
        assertThat(ids).hasSize(200);
        assertThat(server.requestCount()).isEqualTo(200);
        assertThat(server.seen()).hasSize(200);
        SeenRequest first = server.seen().get(0);
        assertThat(first.key()).isEqualTo("k");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.bodyBytes()).isEqualTo(10);
        assertThat(first.headers()).containsEntry("host", "127.0.0.1:" + server.port());
    }

    @Test
    void what_is_remembered_holds_no_signature_and_no_token() throws IOException {
        get("k?x-oss-credential=id&x-oss-signature=abc123&x-oss-security-token=tok456", "Authorization: OSS4 sig789");
        assertThat(server.seen().toString())
                .doesNotContain("abc123", "tok456", "sig789")
                .contains("x-oss-signature=");
    }

    private RawClient.Reply get(String target, String... headers) throws IOException {
        return RawClient.get(server, url("/quay/" + target), headers);
    }

    private RawClient.Reply raw(String target) throws IOException {
        return RawClient.get(server, url(target));
    }

    private String url(String target) {
        return server.endpoint() + target;
    }

    private static void assertRefused(RawClient.Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).contains("<Code>" + code + "</Code>");
    }
}
