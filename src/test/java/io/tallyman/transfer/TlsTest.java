package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is not proven to be the store is told nothing, the URL least of all. */
class TlsTest {
    private static final String HERE = "127.0.0.1";

    /** A record of TLS 1.0 with a ServerHello of TLS 1.0, which takes the cipher suite ECDHE_RSA_WITH_AES_128_CBC_SHA. */
    private static final byte[] TLS_1_0 =
            HexFormat.of().parseHex("160301002a" + "02000026" + "0301" + "5a".repeat(32) + "00" + "c013" + "00");

    @TempDir
    Path directory;

    private final AtomicInteger requestBytes = new AtomicInteger();

    @Test
    @FaultCase(35)
    void aCertificateNobodyVouchesForIsRefusedBeforeTheUrlIsSent() throws Exception {
        try (SSLServerSocket listener = SelfSigned.in(directory, "ip:127.0.0.1").listen();
                ApacheObjectClient client = client()) {
            assertRefused(client, listener, HERE);
        }
    }

    @Test
    @FaultCase(35)
    void aCertificateIsTakenForItsOwnHostAlone() throws Exception {
        SelfSigned certificate = SelfSigned.issued(directory, "ip:127.0.0.1", "");
        try (SSLServerSocket listener = certificate.listen();
                ApacheObjectClient client = certificate.trustedBy(TlsTest::client)) {
            assertRefused(client, listener, "localhost");

            assertThat(fetch(client, listener, HERE).failure().kind()).isEqualTo(FailureKind.Network.CONNECTION_LOST);
            assertThat(requestBytes).hasPositiveValue();
        }
    }

    @Test
    @FaultCase(35)
    void aCertificateThatHasExpiredIsRefused() throws Exception {
        SelfSigned certificate = SelfSigned.issued(directory, "ip:127.0.0.1", "-startdate -10d -validity 5");
        try (SSLServerSocket listener = certificate.listen();
                ApacheObjectClient client = certificate.trustedBy(TlsTest::client)) {
            assertRefused(client, listener, HERE);
        }
    }

    @Test
    @FaultCase(35)
    void aProtocolOlderThanTls12IsRefused() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ApacheObjectClient client = client()) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write(TLS_1_0);
                    socket.getInputStream().readAllBytes();
                } catch (IOException refused) {
                    // as it should be
                }
            });

            TransferOutcome outcome = run(client, HERE, listener.getLocalPort());

            assertThat(outcome.failure().kind())
                    .as(outcome.failure().message())
                    .isEqualTo(FailureKind.Network.TLS_REFUSED);
            assertThat(outcome.failure().message()).contains("TLS10");
        }
    }

    private void assertRefused(ApacheObjectClient client, SSLServerSocket listener, String host) throws Exception {
        TransferOutcome outcome = fetch(client, listener, host);

        assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Network.TLS_REFUSED);
        assertThat(outcome.failure().message()).doesNotContain("canary");
        assertThat(requestBytes).hasValue(0);
    }

    private TransferOutcome fetch(ApacheObjectClient client, ServerSocket listener, String host) throws Exception {
        Thread.ofVirtual().start(() -> countBytes(listener));
        return run(client, host, listener.getLocalPort());
    }

    private TransferOutcome run(ApacheObjectClient client, String host, int port) throws Exception {
        SignedUrl url = new SignedUrl("https://" + host + ":" + port + "/k?x-oss-signature=canary", Map.of(), null);
        try (Transfer transfer = new Transfer(client, TransferSettings.DEFAULTS, Instant::now)) {
            return transfer.run(
                    new TransferRequest(1, 1, DestinationPath.under(directory.resolve("root"), "k"), Expectations.NONE),
                    () -> url,
                    () -> true);
        }
    }

    private static ApacheObjectClient client() {
        return new ApacheObjectClient(TransferSettings.DEFAULTS);
    }

    /** Hangs up after the first bytes that are not of the handshake. */
    private void countBytes(ServerSocket listener) {
        try (Socket socket = listener.accept();
                InputStream in = socket.getInputStream()) {
            requestBytes.addAndGet(Math.max(0, in.read(new byte[1])));
        } catch (IOException refused) {
            // as it should be
        }
    }
}
