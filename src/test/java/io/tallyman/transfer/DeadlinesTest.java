package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.retry.IoFailures;
import io.tallyman.sign.SignedUrl;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No socket's own timeout passes here: in real time they are hours, and each byte that trickles begins them anew. */
class DeadlinesTest {
    /** One connection, so that one that was not given back would be missed. */
    private static final TransferSettings SETTINGS =
            new TransferSettings(Duration.ofHours(1), Duration.ofHours(1), 1, 8192, "tallyman/test", Durability.NONE);

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    /** A record of a handshake, longer than anybody waits for it. */
    private static final String TLS_RECORD = "\26\3\3\77\0\2\0\77";

    private final AtomicLong nanos = new AtomicLong();
    private final Semaphore asked = new Semaphore(0);
    private final Deadlines deadlines = new Deadlines(
            SETTINGS,
            Duration.ofHours(1),
            () -> {
                asked.release();
                return nanos.get();
            },
            Duration.ofMillis(1));
    private final Names names = new Names();
    private final ApacheObjectClient client =
            new ApacheObjectClient(SETTINGS, UrlHosts.ANY, Proxies.NONE, names, deadlines);
    private final ScriptedServer server = new ScriptedServer();
    /** The client has the head, so that no clock that runs fast can cut it. */
    private final CountDownLatch answered = new CountDownLatch(1);

    private final CountDownLatch gone = new CountDownLatch(1);

    DeadlinesTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5\r\nabcde\r\n00", "0\r\nTrailer: v"})
    @FaultCase(30)
    void aBodyWhoseFramingTricklesIsCut(String framing) throws Exception {
        // Given the size of the first chunk, of a further one, or a trailer
        server.then((socket, out) -> {
            send(out, CHUNKED);
            return ScriptedServer.within30Seconds(answered) && trickle(socket, framing);
        });

        // When
        try (ObjectClient.Answer answer = client.get(url(server.url("/k")), Map.of())) {
            answered.countDown();
            assertStalled(() -> answer.body().readAllBytes());
        }

        // Then
        assertCutAndForgotten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-Slow: v", "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 1"})
    @FaultCase(30)
    void aHeadThatTricklesIsCut(String head) throws Exception {
        server.then((socket, out) -> trickle(socket, head + "x"));

        assertStalled(() -> client.get(url(server.url("/k")), Map.of()));

        assertCutAndForgotten();
    }

    @Test
    @FaultCase(30)
    void aHeadThatIsPutOffForEverIsCut() throws Exception {
        server.then((socket, out) -> trickle(socket, "", "HTTP/1.1 102 Wait\r\n\r\n"));

        assertStalled(() -> client.get(url(server.url("/k")), Map.of()));

        assertCutAndForgotten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", TLS_RECORD})
    @FaultCase(30)
    void aHandshakeThatNeverEndsIsCut(String record) throws Exception {
        try (TlsPeer peer = new TlsPeer("127.0.0.1", 0, record)) {
            assertStalled(() -> client.get(url("https://127.0.0.1:" + peer.port() + "/k"), Map.of()));

            assertCutAndForgotten();
        }
    }

    @Test
    @FaultCase(30)
    void aTlsRecordOfABodyThatTricklesIsCut(@TempDir Path directory) throws Exception {
        SelfSigned certificate = SelfSigned.issued(directory, "ip:127.0.0.1", "");
        SSLSocketFactory sockets = certificate.context().getSocketFactory();
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ApacheObjectClient trusting = certificate.trustedBy(
                        () -> new ApacheObjectClient(SETTINGS, UrlHosts.ANY, Proxies.NONE, names, deadlines))) {
            // Given a head in good order, and then a record that is written past the TLS of the server
            Thread.ofVirtual().start(() -> {
                try (Socket plain = listener.accept();
                        Socket secured = sockets.createSocket(plain, InputStream.nullInputStream(), true)) {
                    ScriptedServer.readHead(secured.getInputStream());
                    send(secured.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                    assertThat(ScriptedServer.within30Seconds(answered)).isTrue();
                    trickle(plain, "\27\3\3\77\0", "\0");
                } catch (IOException | InterruptedException cut) {
                    // as it should be
                }
            });

            // When
            try (ObjectClient.Answer answer =
                    trusting.get(url("https://127.0.0.1:" + listener.getLocalPort() + "/k"), Map.of())) {
                answered.countDown();
                assertStalled(() -> answer.body().readAllBytes());
            }

            // Then
            assertCutAndForgotten();
        }
    }

    /** The client would go on to the next address by itself, and nothing could cut it there. */
    @Test
    void afterACutNoFurtherAddressIsTried() throws Exception {
        try (TlsPeer first = new TlsPeer("127.0.0.1", 0, TLS_RECORD);
                TlsPeer second = new TlsPeer("127.0.0.2", first.port(), TLS_RECORD)) {
            names.know("store.example", "127.0.0.1", "127.0.0.2");

            assertStalled(() -> client.get(url("https://store.example:" + first.port() + "/k"), Map.of()));

            assertCutAndForgotten();
            assertThat(second.connections).hasValue(0);
        }
    }

    @Test
    void whatIsSlowAndGoesOnIsNotCutNorWhatWaitsForItsReader() throws Exception {
        // Given a head after two hours, and then an hour for each byte
        int length = 20;
        Semaphore wanted = new Semaphore(0);
        server.then((socket, out) -> {
            pass(Duration.ofHours(2));
            send(out, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
            for (int sent = 0; sent < length; sent++) {
                wanted.acquire();
                pass(Duration.ofHours(1));
                send(out, "x");
            }
            return true;
        });

        // When the reader takes ten hours for each
        try (ObjectClient.Answer answer = client.get(url(server.url("/k")), Map.of())) {
            for (int read = 0; read < length; read++) {
                pass(Duration.ofHours(10));
                wanted.release();
                assertThat(answer.body().read()).isEqualTo('x');
            }
            assertThat(answer.body().read()).isNegative();
        }

        // Then the connection serves the next one
        assertThat(deadlines.watched()).isZero();
        assertNextIsServed();
        assertThat(server.connections()).isEqualTo(1);
    }

    private static void assertStalled(ThrowingCallable step) {
        assertThatThrownBy(step)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("took longer than")
                .satisfies(e ->
                        assertThat(IoFailures.network((IOException) e).kind()).isEqualTo(FailureKind.Network.STALLED));
    }

    private void assertCutAndForgotten() throws Exception {
        assertThat(ScriptedServer.within30Seconds(gone)).isTrue();
        assertThat(deadlines.watched()).isZero();
        assertNextIsServed();
    }

    private void assertNextIsServed() throws Exception {
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 1", new byte[1]);
        try (ObjectClient.Answer answer = client.get(url(server.url("/next")), Map.of())) {
            assertThat(answer.body().readAllBytes()).hasSize(1);
        }
    }

    private static SignedUrl url(String url) {
        return new SignedUrl(url, Map.of(), null);
    }

    /** Sends the text, and then its last character again and again. */
    private boolean trickle(Socket socket, String text) throws IOException {
        return trickle(socket, text, text.substring(text.length() - 1));
    }

    /** Sends the text, and then another every ten minutes for as long as the client is there. */
    private boolean trickle(Socket socket, String text, String again) throws IOException {
        try {
            send(socket.getOutputStream(), text);
            socket.setSoTimeout(1);
            while (isThere(socket)) {
                nanos.addAndGet(Duration.ofMinutes(10).toNanos());
                send(socket.getOutputStream(), again);
            }
            return false;
        } finally {
            gone.countDown();
        }
    }

    /** After a moment. */
    private static boolean isThere(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read(new byte[8192]) >= 0;
        } catch (SocketTimeoutException silent) {
            return true;
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Time that the deadlines notice: of two looks at the clock one is theirs, the client looks once for each step. */
    private void pass(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        asked.drainPermits();
        asked.acquire(2);
    }

    /** Takes connections and lets each handshake trickle; with nothing to send it is silent. */
    private final class TlsPeer implements Closeable {
        private final ServerSocket listener;
        private final AtomicInteger connections = new AtomicInteger();

        TlsPeer(String address, int port, String record) throws IOException {
            listener = new ServerSocket(port, 10, InetAddress.getByName(address));
            Thread.ofVirtual().start(() -> {
                while (!listener.isClosed()) {
                    try (Socket socket = listener.accept()) {
                        connections.incrementAndGet();
                        trickle(socket, record, record.isEmpty() ? "" : "\0");
                    } catch (IOException over) {
                        // the next one
                    }
                }
            });
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
