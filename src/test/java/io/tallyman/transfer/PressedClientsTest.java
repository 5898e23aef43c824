package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tallyman.retry.IoFailures;
import io.tallyman.retry.Pace;
import io.tallyman.retry.PressureChange;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The clients around the client: what each adds, one by one. */
class PressedClientsTest {
    private static final SignedUrl URL = new SignedUrl("http://127.0.0.1:1/", Map.of(), null);
    private final AtomicLong nanos = new AtomicLong();
    private final byte[] buffer = new byte[65_536];

    @Test
    void aBodyBelowTheFloorIsCutAfterTheWindow() throws Exception {
        // Given a byte a second
        StallWatch client =
                new StallWatch(new TrickledBody(nanos, 1, 1_000_000_000), 1_024, Duration.ofSeconds(30), nanos::get);
        InputStream body = client.get(URL, Map.of()).body();

        // Then
        assertThatThrownBy(() -> {
                    while (true) {
                        assertThat(body.read(buffer)).isOne();
                    }
                })
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("below the floor of 1024 bytes/s")
                .satisfies(e -> assertThat(
                                IoFailures.network((IOException) e).kind().label())
                        .isEqualTo("stalled"));
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aSlowBodyAboveTheFloorAndAnyWithoutAFloorGoOn() throws Exception {
        for (StallWatch client : List.of(
                new StallWatch(
                        new TrickledBody(nanos, 2_000, 1_000_000_000), 1_024, Duration.ofSeconds(30), nanos::get),
                new StallWatch(new TrickledBody(nanos, 1, 1_000_000_000), 0, Duration.ofSeconds(30), nanos::get))) {
            InputStream body = client.get(URL, Map.of()).body();
            for (int read = 0; read < 1_000; read++) {
                assertThat(body.read(buffer)).isPositive();
            }
        }
    }

    @Test
    void ourOwnPaceIsNoStall() throws Exception {
        // Given a limit of 100 bytes/s, below the floor
        Pace bytes = new Pace(nanos::get);
        bytes.limit(100);
        PacedClient client = new PacedClient(
                new StallWatch(new TrickledBody(nanos, 65_536, 1_000_000), 1_024, Duration.ofSeconds(30), nanos::get),
                new Pace(nanos::get),
                bytes,
                () -> false,
                nanos::addAndGet);
        InputStream body = client.get(URL, Map.of()).body();

        // When
        long read = 0;
        while (read < 100_000) {
            read += body.read(buffer);
        }

        // Then it took a thousand seconds
        assertThat(nanos.get() / 1e9).isBetween(read / 100.0 - 0.2, read / 100.0 + 0.2);
    }

    @Test
    void bytesComeEvenlyAndRequestsToo() throws Exception {
        // Given
        Pace bytes = new Pace(nanos::get);
        Pace requests = new Pace(nanos::get);
        bytes.limit(10_000_000);
        requests.limit(50);
        List<Long> waits = new ArrayList<>();
        PacedClient client =
                new PacedClient(new TrickledBody(nanos, 65_536, 1_000), requests, bytes, () -> false, wait -> {
                    waits.add(wait);
                    nanos.addAndGet(wait);
                });

        // When
        long read = 0;
        for (int request = 0; request < 100; request++) {
            try (ObjectClient.Answer answer = client.get(URL, Map.of())) {
                int count = answer.body().read(buffer);
                assertThat(count).isLessThanOrEqualTo(10_000_000 / 500);
                read += count;
            }
        }

        // Then
        assertThat(nanos.get() / 1e9).isBetween(1.8, 2.1);
        assertThat(waits).allMatch(wait -> wait <= 20_000_000);
        assertThat(read).isEqualTo(100 * 20_000L);
    }

    @Test
    void aWaitForThePaceCanBeInterrupted() throws Exception {
        Pace requests = new Pace(nanos::get);
        requests.limit(0.0001);
        PacedClient client =
                new PacedClient(new TrickledBody(nanos, 1, 1), requests, new Pace(nanos::get), () -> false);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                client.get(URL, Map.of()).close();
            } catch (InterruptedIOException e) {
                interrupted.set(Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        waiting.interrupt();
        waiting.join();

        assertThat(interrupted).isTrue();
    }

    @Test
    void whoeverWaitsForThePaceHearsOfANewRate() throws Exception {
        // Given a request an hour
        Pace requests = new Pace(nanos::get);
        requests.limit(1 / 3_600.0);
        requests.take(5);
        PacedClient client =
                new PacedClient(new TrickledBody(nanos, 1, 1), requests, new Pace(nanos::get), () -> false, wait -> {
                    nanos.addAndGet(wait);
                    requests.limit(1_000);
                });

        // When there may be more from the first second on
        client.get(URL, Map.of()).close();

        // Then
        assertThat(Duration.ofNanos(nanos.get())).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void whoeverWaitsForItsRequestHearsOfAStopAndWhoeverReadsGoesOn() throws Exception {
        // Given
        Pace requests = new Pace(nanos::get);
        Pace bytes = new Pace(nanos::get);
        AtomicBoolean stopped = new AtomicBoolean();
        PacedClient client =
                new PacedClient(new TrickledBody(nanos, 65_536, 1), requests, bytes, stopped::get, wait -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    nanos.addAndGet(wait);
                    stopped.set(true);
                });
        bytes.limit(100);
        ObjectClient.Answer answer = client.get(URL, Map.of());

        // When a stop comes while it is read
        assertThat(answer.body().read(buffer)).isPositive();
        assertThat(answer.body().read(buffer)).isPositive();
        assertThat(stopped).isTrue();

        // Then no other begins
        requests.limit(1 / 3_600.0);
        requests.take(5);
        long before = nanos.get();
        assertThatThrownBy(() -> client.get(URL, Map.of())).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(nanos).hasValue(before);
    }

    @Test
    void gatesOfAnyNumberOfHostsAreForgottenButThoseThatHoldBack() throws Exception {
        // Given a host that wants to be left alone, and one with a request under way
        Gates gates = new Gates(4, nanos::get, (endpoint, change) -> {});
        Gate paused = gates.of("http://paused.example/");
        PausedGate.pause(paused, Duration.ofMinutes(10));
        Gate used = gates.of("http://used.example/");
        Gate.Pass pass = used.enter();

        // When
        for (int host = 0; host < 3 * Gates.MOST_REMEMBERED; host++) {
            gates.of("http://host-" + host + ".example/").enter().end();
        }

        // Then
        assertThat(gates.remembered()).isLessThanOrEqualTo(Gates.MOST_REMEMBERED);
        assertThat(gates.of("http://paused.example/")).isSameAs(paused);
        assertThat(gates.of("http://used.example/")).isSameAs(used);
        pass.end();
    }

    @Test
    void aPlaceIsFreeWhenTheBodyHasEndedAndARefusalPausesAll() throws Exception {
        // Given one place
        List<PressureChange> told = new ArrayList<>();
        Gates gates = new Gates(1, nanos::get, (endpoint, change) -> told.add(change));
        try (ScriptedServer server = new ScriptedServer();
                ObjectClient client = new GatedClient(
                        new ApacheObjectClient(TransferSettings.DEFAULTS), gates, InstantSource.system())) {
            server.thenAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2", "ab".getBytes(StandardCharsets.US_ASCII))
                    .thenAnswer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nx-oss-qos-delay-time: 1000", new byte[0])
                    .thenAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0", new byte[0]);
            SignedUrl url = new SignedUrl(server.url("/k?x-oss-signature=canary"), Map.of(), null);
            Gate gate = gates.of(server.url("/other/key#x"));

            // When one is read to its end and not closed, and the next refused
            ObjectClient.Answer first = client.get(url, Map.of());
            assertThat(first.body().readAllBytes()).hasSize(2);
            client.get(url, Map.of()).close();

            // Then
            assertThat(gate.places()).isZero();
            CountDownLatch answered = new CountDownLatch(1);
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    client.get(url, Map.of()).close();
                    answered.countDown();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(answered.getCount()).isOne();

            // When the pause is over
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            first.close();

            // Then
            waiting.join();
            assertThat(answered.getCount()).isZero();
            assertThat(gate.places()).isOne();
            assertThat(told.toString()).doesNotContain("canary");
        }
    }

    @Test
    void refusedAddressesOfUrlsOfOthersDoNotOpenTheBreaker() throws Exception {
        // Given rules that allow no loopback
        Gates gates = new Gates(4, nanos::get, (endpoint, change) -> {});
        try (ObjectClient client = new GatedClient(
                new ApacheObjectClient(TransferSettings.DEFAULTS, UrlHosts.PUBLIC, Proxies.of(Map.of())),
                gates,
                InstantSource.system())) {
            // When more are refused than the breaker looks at
            for (int row = 0; row < 100; row++) {
                assertThatThrownBy(() -> client.get(SignedUrl.byOthers("http://127.0.0.1:1/k", Map.of()), Map.of()))
                        .isInstanceOf(AddressRefusedException.class);
            }
        }

        // Then
        assertThat(gates.of("http://127.0.0.1:1/").places()).isEqualTo(4);
    }

    @Test
    void whoeverWaitsAtAGateThatClosesIsInterrupted() throws Exception {
        Gates gates = new Gates(1, nanos::get, (endpoint, change) -> {});
        Gate gate = gates.of("HTTPS://User:secret@Bucket.Example:8443/key?signature");
        assertThat(gates.of("https://bucket.example:8443")).isSameAs(gate);
        assertThat(gates.of("https://bucket.example")).isNotSameAs(gate);
        Gate.Pass pass = gate.enter();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                gate.enter();
            } catch (InterruptedIOException e) {
                interrupted.set(Thread.currentThread().isInterrupted());
            } catch (EndpointBusyException e) {
                throw new AssertionError(e);
            }
        });

        gates.close();
        waiting.join();

        assertThat(interrupted).isTrue();
        pass.end();
    }

    @Test
    void whoeverWouldWaitForLongIsSentAwayUnheardAndComesBackOneByOne() throws Exception {
        // Given an endpoint that wants to be left alone
        Gates gates = new Gates(4, nanos::get, (endpoint, change) -> {});
        TrickledBody server = new TrickledBody(nanos, 1, 0);
        GatedClient client = new GatedClient(server, gates, InstantSource.system());
        Gate gate = gates.of(URL.reveal());
        assertThat(gate.away()).isZero();
        PausedGate.pause(gate, Duration.ofSeconds(10));

        // Then
        List<Duration> away = new ArrayList<>(List.of(gate.away()));
        for (int request = 0; request < 100_000; request++) {
            assertThatThrownBy(() -> client.get(URL, Map.of()))
                    .isInstanceOfSatisfying(EndpointBusyException.class, e -> away.add(e.away()));
        }
        assertThat(server.requests).hasValue(0);
        assertThat(away.getFirst()).isEqualTo(Duration.ofSeconds(10));
        assertThat(away).isSorted().last().isEqualTo(Duration.ofSeconds(30));
        assertThat(away.get(1)).isGreaterThan(away.getFirst());

        // When the time has come
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(gate.away()).isZero();
        client.get(URL, Map.of()).close();
        assertThat(server.requests).hasValue(1);
    }

    @Test
    void aWaitForAPlaceEndsAndNobodyComesWhileOneWaits() throws Exception {
        // Given one place, taken
        Gates gates = new Gates(1, nanos::get, (endpoint, change) -> {});
        Gate gate = gates.of(URL.reveal());
        Gate.Pass pass = gate.enter();
        assertThat(gate.away()).isZero();
        CompletableFuture<Duration> sentAway = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                gate.enter();
            } catch (EndpointBusyException e) {
                sentAway.complete(e.away());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        // Then
        assertThat(gate.away()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(sentAway).isNotDone();

        // When
        nanos.addAndGet(Gate.PATIENCE.toNanos());

        // Then
        assertThat(sentAway.join()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(2));
        waiting.join();
        assertThat(gate.away()).isZero();
        pass.end();
    }

    @Test
    void whileOneRequestTriesWhetherTheEndpointIsBackNoOtherComes() throws Exception {
        // Given an endpoint that fails
        Gate gate = new Gates(4, nanos::get, (endpoint, change) -> {}).of(URL.reveal());
        while (gate.places() > 0) {
            Gate.Pass pass = gate.enter();
            pass.failed();
            pass.end();
        }
        assertThat(gate.away()).isPositive();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(gate.away()).isZero();

        // When
        Gate.Pass probe = gate.enter();

        // Then
        assertThat(gate.away()).isPositive();
        probe.served();
        probe.end();
        assertThat(gate.away()).isZero();
    }

    @Test
    void aUrlIsAskedForWhenTheWaitsAreOver() throws Exception {
        // Given a pace of a request a minute and an endpoint without a place
        Pace requests = new Pace(nanos::get);
        requests.limit(1 / 60.0);
        requests.take(7);
        Gates gates = new Gates(1, nanos::get, (endpoint, change) -> {});
        TrickledBody server = new TrickledBody(nanos, 1, 0);
        PacedClient client = new PacedClient(
                new GatedClient(server, gates, InstantSource.system()),
                requests,
                new Pace(nanos::get),
                () -> false,
                nanos::addAndGet);
        Gate.Pass pass = gates.of(URL.reveal()).enter();

        // When
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                client.get(() -> new SignedUrl(URL.reveal() + nanos.get(), Map.of(), null), Map.of())
                        .close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> asking.getState() == Thread.State.TIMED_WAITING);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        pass.end();
        asking.join();

        // Then
        assertThat(server.lastUrl).isEqualTo(URL.reveal() + nanos.get());
    }
}
