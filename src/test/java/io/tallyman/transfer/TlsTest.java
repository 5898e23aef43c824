package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    Path directory;

    @Test
    @FaultCase(35)
    void aCertificateNobodyVouchesForIsRefusedBeforeTheUrlIsSent() throws Exception {
        // Given a server with a certificate of its own making
        AtomicInteger requestBytes = new AtomicInteger();
        try (SSLServerSocket listener = SelfSigned.in(directory, "ip:127.0.0.1").listen();
                ApacheObjectClient client = new ApacheObjectClient(TransferSettings.DEFAULTS)) {
            Thread.ofVirtual().start(() -> countBytes(listener, requestBytes));
            SignedUrl url = new SignedUrl(
                    "https://127.0.0.1:" + listener.getLocalPort() + "/k?x-oss-signature=canary", Map.of(), null);
            Transfer transfer = new Transfer(client, TransferSettings.DEFAULTS, Instant::now);

            // When
            TransferOutcome outcome = transfer.run(
                    new TransferRequest(1, 1, DestinationPath.under(directory.resolve("root"), "k"), Expectations.NONE),
                    () -> url,
                    () -> true);

            // Then
            assertThat(outcome.failure().kind()).isEqualTo(FailureKind.Network.TLS_REFUSED);
            assertThat(outcome.failure().message()).doesNotContain("canary");
            assertThat(requestBytes).hasValue(0);
        }
    }

    private static void countBytes(SSLServerSocket listener, AtomicInteger requestBytes) {
        try (SSLSocket socket = (SSLSocket) listener.accept();
                InputStream in = socket.getInputStream()) {
            while (in.read() >= 0) {
                requestBytes.incrementAndGet();
            }
        } catch (IOException refused) {
            // as it should be
        }
    }
}
