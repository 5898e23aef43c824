package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose name does not always resolve, or leads to machines that are not all there. */
class NamesOfStoresTest {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final TransferSettings SETTINGS =
            new TransferSettings(CONNECT_TIMEOUT, Duration.ofSeconds(20), 4, 4096, "tallyman/test", Durability.NONE);

    @TempDir
    Path root;

    private final Names names = new Names();
    private final ScriptedServer server = new ScriptedServer();
    private long entry;

    NamesOfStoresTest() throws Exception {}

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    @FaultCase(33)
    void aNameThatDoesNotResolveIsNoConnectionAndTheNextAttemptAsksAgain() throws Exception {
        try (ApacheObjectClient client = client()) {
            // Given a name service that fails, comes back and fails again while the connection is there
            assertThat(fetch(client).failure().kind()).isEqualTo(FailureKind.Network.CONNECT_FAILED);
            assertThat(fetch(client).failure().kind()).isEqualTo(FailureKind.Network.CONNECT_FAILED);
            names.know("store.example", "127.0.0.1");
            assertThat(fetch(client).failure()).isNull();
            names.forget("store.example");

            // Then
            assertThat(fetch(client).failure()).isNull();
            assertThat(names.asked()).hasSize(3).containsOnly("store.example");
        }
    }

    @Test
    @FaultCase(33)
    void oneOfFourAddressesThatRefusesIsPassedOver() throws Exception {
        names.know("store.example", "127.0.0.2", "127.0.0.1", "127.0.0.1", "127.0.0.1");
        for (int number = 0; number < 20; number++) {
            try (ApacheObjectClient client = client()) {
                assertThat(fetch(client).failure()).isNull();
            }
        }
    }

    /** It would cost every new connection its connect timeout. */
    @Test
    @FaultCase(33)
    void anAddressThatIsSilentIsAskedOnceAndThenAvoided() throws Exception {
        // Given a machine whose queue of connections is full, so that it answers no more of them
        names.know("store.example", "127.0.0.2", "127.0.0.1", "127.0.0.1", "127.0.0.1");
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(port(), 1, InetAddress.getByName("127.0.0.2"));
                ApacheObjectClient client = client()) {
            while (tries(silent, queue)) {
                // One more.
            }

            // When it was asked once, and would take connections again
            assertThat(fetchAndClose(client).failure()).isNull();
            silent.setSoTimeout(100);
            while (takes(silent)) {
                // One more that waited.
            }
            for (int number = 0; number < 20; number++) {
                assertThat(fetchAndClose(client).failure()).isNull();
            }

            // Then
            assertThat(server.connections()).isEqualTo(21);
            assertThat(takes(silent)).isFalse();
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    private static boolean tries(ServerSocket silent, List<Socket> queue) throws Exception {
        Socket socket = new Socket();
        queue.add(socket);
        try {
            socket.connect(new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort()), 200);
            return true;
        } catch (SocketTimeoutException full) {
            return false;
        }
    }

    private static boolean takes(ServerSocket silent) throws Exception {
        try (Socket taken = silent.accept()) {
            return taken.isConnected();
        } catch (SocketTimeoutException none) {
            return false;
        }
    }

    private ApacheObjectClient client() {
        return new ApacheObjectClient(
                SETTINGS, UrlHosts.ANY, Proxies.NONE, names, new Deadlines(SETTINGS, SETTINGS.idleTimeout()));
    }

    private TransferOutcome fetch(ApacheObjectClient client) throws Exception {
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 1", new byte[1]);
        return run(client);
    }

    private TransferOutcome fetchAndClose(ApacheObjectClient client) throws Exception {
        server.then(
                ScriptedServer.answerAndClose("HTTP/1.1 200 OK\nConnection: close\nContent-Length: 1", new byte[1]));
        return run(client);
    }

    private TransferOutcome run(ApacheObjectClient client) throws Exception {
        entry++;
        SignedUrl url = new SignedUrl("http://store.example:" + port() + "/k", Map.of(), null);
        try (Transfer transfer = new Transfer(client, SETTINGS, Instant::now)) {
            return transfer.run(
                    new TransferRequest(entry, 1, DestinationPath.under(root, "k" + entry), Expectations.NONE),
                    () -> url,
                    () -> true);
        }
    }

    private int port() {
        return Integer.parseInt(server.url("").replaceAll(".*:", ""));
    }
}
