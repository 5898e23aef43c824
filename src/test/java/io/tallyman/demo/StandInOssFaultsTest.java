package io.tallyman.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault as a client on a bare socket sees it. */
@Timeout(60)
class StandInOssFaultsTest {
    private static final byte[] BYTES = new byte[100_000];

    static {
        for (int i = 0; i < BYTES.length; i++) {
            BYTES[i] = (byte) ((i * 31) >>> 3);
        }
    }

    private final StandInOss server = StandInOss.builder().start();

    @BeforeEach
    void fill() {
        server.bucket("quay").publicRead().put("k", BYTES).put("other", BYTES);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_status_refuses_the_scripted_request_only() throws IOException {
        // Given a script for the first and second request to one key
        server.script(FaultScript.none()
                .onRequest("k", 1, Fault.Status.busy(Duration.ofMillis(250)))
                .onRequest(
                        "k",
                        2,
                        new Fault.Status(429, "QpsLimitExceeded", "Slow down.", "0", Map.of("Retry-After", "1"))));
        // Then these meet it and others do not
        assertThat(get("other").body()).isEqualTo(BYTES);
        RawClient.Reply first = get("k");
        assertThat(first.status()).isEqualTo(503);
        assertThat(first.header("x-oss-qos-delay-time")).isEqualTo("250");
        assertThat(first.text()).contains("<Code>TotalQpsLimitExceeded</Code>");
        RawClient.Reply second = get("k");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.header("Retry-After")).isEqualTo("1");
        assertThat(get("k").body()).isEqualTo(BYTES);
        assertThat(server.seen().stream().map(seen -> seen.fault() != null)).containsExactly(false, true, true, false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cut_ends_early_by_reset_or_in_good_order(boolean reset) throws IOException {
        RawClient.Reply reply = under(new Fault.CutAfter(70_000, reset));
        assertThat(reply.header("Content-Length")).isEqualTo("100000");
        if (reset) {
            // A reset may overtake bytes already sent.
            assertThat(reply.ended()).isEqualTo("reset");
            assertThat(reply.body().length).isLessThanOrEqualTo(70_000);
        } else {
            assertThat(reply.ended()).isEqualTo("eof");
            assertThat(reply.body()).isEqualTo(Arrays.copyOf(BYTES, 70_000));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 65_535, 65_536, 99_999})
    void a_flipped_bit_changes_one_byte_and_nothing_else(long offset) throws IOException {
        RawClient.Reply reply = under(new Fault.FlipBit(offset));
        byte[] expected = BYTES.clone();
        expected[(int) offset] ^= 1;
        assertThat(reply.body()).isEqualTo(expected);
        assertThat(reply.header("x-oss-hash-crc64ecma"))
                .isEqualTo(Checksums.of(Content.of(BYTES)).crc64Text());
    }

    @Test
    void a_short_body_ends_before_its_announced_length() throws IOException {
        RawClient.Reply reply = under(new Fault.ShortBody(1));
        assertThat(reply.ended()).isEqualTo("eof");
        assertThat(reply.header("Content-Length")).isEqualTo("100000");
        assertThat(reply.body()).hasSize(99_999);
    }

    @Test
    void an_overlong_body_announces_and_sends_more_than_the_object_has() throws IOException {
        RawClient.Reply reply = under(new Fault.Overlong(7));
        assertThat(reply.ended()).isEqualTo("whole");
        assertThat(reply.body()).hasSize(100_007).startsWith(BYTES);
    }

    @Test
    void an_endless_body_goes_on_until_the_client_hangs_up() throws IOException {
        RawClient.Reply reply = under(new Fault.Endless());
        assertThat(reply.ended()).isEqualTo("hung up");
        assertThat(reply.headers()).doesNotContainKey("content-length");
        assertThat(reply.body()).startsWith(BYTES);
        assertThat(reply.body().length).isGreaterThan(10_000_000);
    }

    @Test
    void checksum_and_etag_headers_can_be_wrong_or_missing_over_a_right_body() throws IOException {
        RawClient.Reply honest = get("k");
        RawClient.Reply wrongCrc = under(new Fault.WrongCrcHeader());
        RawClient.Reply wrongMd5 = under(new Fault.WrongContentMd5());
        RawClient.Reply noCrc = under(new Fault.MissingCrcHeader());
        RawClient.Reply otherEtag = under(new Fault.ChangeEtag());
        assertThat(wrongCrc.header("x-oss-hash-crc64ecma")).isNotEqualTo(honest.header("x-oss-hash-crc64ecma"));
        assertThat(wrongMd5.header("Content-MD5")).isNotEqualTo(honest.header("Content-MD5"));
        assertThat(noCrc.headers()).doesNotContainKey("x-oss-hash-crc64ecma");
        assertThat(otherEtag.header("ETag")).isNotEqualTo(honest.header("ETag"));
        for (RawClient.Reply reply : List.of(wrongCrc, wrongMd5, noCrc, otherEtag)) {
            assertThat(reply.body()).isEqualTo(BYTES);
        }
    }

    @Test
    void gzip_compresses_on_the_fly_without_length_or_etag() throws IOException {
        RawClient.Reply reply = under(new Fault.Gzip());
        assertThat(reply.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(reply.headers()).doesNotContainKeys("content-length", "etag");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(reply.body())).readAllBytes())
                .isEqualTo(BYTES);
    }

    @Test
    void a_chunked_and_a_lengthless_body_are_whole() throws IOException {
        RawClient.Reply chunked = under(new Fault.Chunked());
        assertThat(chunked.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(chunked.ended()).isEqualTo("whole");
        assertThat(chunked.body()).isEqualTo(BYTES);
        RawClient.Reply lengthless = under(new Fault.NoContentLength());
        assertThat(lengthless.headers()).doesNotContainKeys("content-length", "transfer-encoding");
        assertThat(lengthless.ended()).isEqualTo("eof");
        assertThat(lengthless.body()).isEqualTo(BYTES);
    }

    @Test
    void a_range_can_be_answered_wrongly_or_not_at_all() throws IOException {
        RawClient.Reply wrong = under(new Fault.WrongRange(), "Range: bytes=10-19");
        assertThat(wrong.status()).isEqualTo(206);
        assertThat(wrong.header("Content-Range")).isEqualTo("bytes 11-20/100000");
        assertThat(wrong.body()).isEqualTo(Arrays.copyOfRange(BYTES, 11, 21));
        RawClient.Reply ignored = under(new Fault.IgnoreRange(), "Range: bytes=10-19");
        assertThat(ignored.status()).isEqualTo(200);
        assertThat(ignored.headers()).doesNotContainKey("content-range");
        assertThat(ignored.body()).isEqualTo(BYTES);
    }

    @Test
    void a_redirect_names_another_place() throws IOException {
        RawClient.Reply reply = under(new Fault.Redirect("http://127.0.0.1:1/elsewhere"));
        assertThat(reply.status()).isEqualTo(307);
        assertThat(reply.header("Location")).isEqualTo("http://127.0.0.1:1/elsewhere");
    }

    @Test
    void delay_and_drip_take_their_time_and_lose_nothing() throws IOException {
        long started = System.nanoTime();
        assertThat(under(new Fault.Delay(Duration.ofMillis(100))).body()).isEqualTo(BYTES);
        assertThat(System.nanoTime() - started).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
        started = System.nanoTime();
        // Ten portions, nine pauses.
        assertThat(under(new Fault.SlowDrip(10_000, Duration.ofMillis(20))).body())
                .isEqualTo(BYTES);
        assertThat(System.nanoTime() - started).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(180));
    }

    @Test
    void a_stall_sends_the_head_and_ends_when_the_server_closes_and_so_does_a_long_delay() throws Exception {
        // Given a stalled and a delayed request
        server.script(
                FaultScript.none().always("k", new Fault.Stall()).always("other", new Fault.Delay(Duration.ofDays(1))));
        try (RawClient stalled = new RawClient(server);
                RawClient delayed = new RawClient(server);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            delayed.send("GET /quay/other HTTP/1.1", "127.0.0.1");
            CompletableFuture<RawClient.Reply> reply = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return stalled.exchange("GET", server.endpoint() + "/quay/k");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    threads);
            while (server.requestCount() < 2) {
                Thread.onSpinWait();
            }
            // When the server closes
            server.close();
            // Then both end at once, without a byte of body
            assertThat(reply.handle((ok, failed) -> ok == null ? 0 : ok.body().length)
                            .get(30, TimeUnit.SECONDS))
                    .isZero();
            CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            delayed.read("GET");
                            return false;
                        } catch (IOException e) {
                            return true;
                        }
                    },
                    threads);
            assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_connection_goes_on_after_a_fault_that_kept_its_framing() throws IOException {
        server.script(FaultScript.none()
                .onRequest("k", 1, new Fault.Chunked())
                .onRequest("k", 2, new Fault.FlipBit(3))
                .onRequest("k", 3, new Fault.Gzip()));
        try (RawClient client = new RawClient(server)) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.exchange("GET", server.endpoint() + "/quay/k").ended())
                        .isEqualTo("whole");
            }
            assertThat(client.exchange("GET", server.endpoint() + "/quay/k").body())
                    .isEqualTo(BYTES);
        }
    }

    @Test
    void a_share_of_requests_is_drawn_from_the_seed_and_not_from_time() {
        FaultScript script = FaultScript.none().onShare(0.25, 7, new Fault.Chunked());
        List<Boolean> first = IntStream.range(0, 4000)
                .mapToObj(i -> script.faultFor("key-" + i, 1).isPresent())
                .toList();
        List<Boolean> again = IntStream.range(0, 4000)
                .mapToObj(i -> script.faultFor("key-" + i, 1).isPresent())
                .toList();
        assertThat(again).isEqualTo(first);
        assertThat(first.stream().filter(hit -> hit).count()).isBetween(800L, 1200L);
    }

    private RawClient.Reply under(Fault fault, String... headers) throws IOException {
        server.script(FaultScript.none().always("k", fault));
        return get("k", headers);
    }

    private RawClient.Reply get(String key, String... headers) throws IOException {
        return RawClient.get(server, server.endpoint() + "/quay/" + key, headers);
    }
}
