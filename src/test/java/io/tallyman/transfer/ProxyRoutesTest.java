package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through real proxies on loopback; the hosts of the URLs exist nowhere, so that nothing else could have answered. */
class ProxyRoutesTest {
    private static final String AUTHORIZATION = "Proxy-Authorization: Basic "
            + Base64.getEncoder().encodeToString("us@er:pä:ss".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    private final ScriptedServer proxy = new ScriptedServer();
    private final List<String> overTls = new CopyOnWriteArrayList<>();

    ProxyRoutesTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/k?x-oss-signature=a%2Bb%2F%3D&plus=a+b",
                "/a%2Fb",
                "/a//b",
                "//leading",
                "/a/../b/./c",
                "/%2e%2e%2f",
                "/%E4%B8%AD%e6%96%87",
                "/brackets[1]{x}|y^z`\"<>\\",
                "/bad%zzescape%",
                "/k?",
                "/",
                "",
                "?only=query",
                "/x:y@z;a,b!$&'()*=",
            })
    void aPlainRequestShowsTheProxyTheWholeUrlByteForByte(String target) throws IOException {
        try (ApacheObjectClient client = client(Map.of("http_proxy", "http://us%40er:p%C3%A4:ss@" + address()))) {
            proxy.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 2", new byte[2]);

            try (ObjectClient.Answer answer = client.get(url("http://bucket.test:8080" + target), Map.of())) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().readAllBytes()).hasSize(2);
            }

            assertThat(proxy.requests().get(0).lines())
                    .startsWith(
                            "GET http://bucket.test:8080" + (target.startsWith("/") ? "" : "/") + target + " HTTP/1.1")
                    .contains("Host: bucket.test:8080", AUTHORIZATION);
        }
    }

    @Test
    void oneConnectionToTheProxyServesAllHosts() throws IOException {
        try (ApacheObjectClient client = client(Map.of("HTTP_PROXY", address()))) {
            for (String host : List.of("a.test", "b.test", "[2001:db8::1]")) {
                proxy.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
                try (ObjectClient.Answer answer = client.get(url("http://" + host + "/k"), Map.of())) {
                    answer.body().readAllBytes();
                }
            }
        }

        assertThat(proxy.connections()).isOne();
        assertThat(proxy.requests())
                .allMatch(head -> !head.contains("Authorization"))
                .extracting(head -> head.substring(0, head.indexOf("\r\n")))
                .containsExactly(
                        "GET http://a.test/k HTTP/1.1",
                        "GET http://b.test/k HTTP/1.1",
                        "GET http://[2001:db8::1]/k HTTP/1.1");
    }

    @Test
    void tlsGoesThroughATunnelInWhichTheProxySeesNothing() throws Exception {
        // Given
        SelfSigned certificate = SelfSigned.in(folder, "dns:bucket.test");
        try (SSLServerSocket store = certificate.listen();
                TunnelProxy tunnel = new TunnelProxy(store.getLocalPort());
                ApacheObjectClient client = trusting(
                        certificate, Map.of("HTTPS_PROXY", "http://us%40er:p%C3%A4:ss@127.0.0.1:" + tunnel.port()))) {
            Thread.ofVirtual().start(() -> serve(store));

            // When
            for (int request = 0; request < 3; request++) {
                try (ObjectClient.Answer answer = client.get(
                        url("https://bucket.test/a/../b%2Fc?x-oss-signature=canary%2B"),
                        Map.of("Range", "bytes=" + request + "-"))) {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body().readAllBytes()).hasSize(2);
                }
            }

            // Then
            assertThat(tunnel.heads()).hasSize(1);
            assertThat(tunnel.heads().get(0).lines())
                    .startsWith("CONNECT bucket.test:443 HTTP/1.1")
                    .contains("Host: bucket.test:443", AUTHORIZATION);
            assertThat(tunnel.heads().get(0)).doesNotContain("canary", "Range");
            assertThat(overTls)
                    .hasSize(3)
                    .allMatch(head -> head.startsWith("GET /a/../b%2Fc?x-oss-signature=canary%2B HTTP/1.1\r\n"))
                    .allMatch(head -> head.contains("Host: bucket.test\r\n"))
                    .noneMatch(head -> head.contains("Proxy-"));
        }
    }

    @Test
    void theCertificateBehindATunnelIsChecked() throws Exception {
        SelfSigned certificate = SelfSigned.in(folder, "dns:another.test");
        try (SSLServerSocket store = certificate.listen();
                TunnelProxy tunnel = new TunnelProxy(store.getLocalPort());
                ApacheObjectClient client =
                        trusting(certificate, Map.of("HTTPS_PROXY", "127.0.0.1:" + tunnel.port()))) {
            Thread.ofVirtual().start(() -> serve(store));

            assertThatThrownBy(() -> client.get(url("https://bucket.test/k"), Map.of()))
                    .isInstanceOf(javax.net.ssl.SSLException.class);

            assertThat(overTls).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 404, 407, 502, 503, 504})
    void whatTheProxySaysToConnectIsNeverTakenForTheStoresAnswer(int status) throws Exception {
        SelfSigned certificate = SelfSigned.in(folder, "dns:bucket.test");
        try (SSLServerSocket store = certificate.listen();
                TunnelProxy tunnel = new TunnelProxy(store.getLocalPort());
                ApacheObjectClient client =
                        trusting(certificate, Map.of("HTTPS_PROXY", "u:canary@127.0.0.1:" + tunnel.port()))) {
            tunnel.refuse(status);

            assertThatThrownBy(() -> client.get(url("https://bucket.test/k?s=canary"), Map.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("the proxy 127.0.0.1:" + tunnel.port() + " refused with status " + status);
            assertThat(tunnel.heads()).hasSize(1);
        }
    }

    @Test
    void aProxyThatWantsAPasswordIsNoAnswerOfTheStoreEither() throws IOException {
        try (ApacheObjectClient client = client(Map.of("http_proxy", address()))) {
            proxy.thenAnswer(
                    "HTTP/1.1 407 Who\nProxy-Authenticate: Basic realm=x\nContent-Length: 2", new byte[] {'n', 'o'});

            assertThatThrownBy(() -> client.get(url("http://bucket.test/k"), Map.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("the proxy " + address() + " refused with status 407");
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void aRefusalOfTheProxyCountsBeforeItsBodyHasCome() throws IOException {
        try (ApacheObjectClient client = client(Map.of("http_proxy", address()))) {
            proxy.then(ScriptedServer.answerAndHang(
                    "HTTP/1.1 407 Who\nProxy-Authenticate: Basic realm=x\nContent-Length: 2",
                    new byte[0],
                    new CountDownLatch(1),
                    new CountDownLatch(1)));

            assertThatThrownBy(() -> client.get(url("http://bucket.test/k"), Map.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("the proxy " + address() + " refused with status 407");
        }
    }

    @Test
    void hostsOfNoProxyAndThisMachineAreAskedDirectly() throws IOException {
        try (ScriptedServer store = new ScriptedServer();
                ApacheObjectClient client = client(Map.of("ALL_PROXY", address(), "NO_PROXY", "direct.test"))) {
            store.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);

            client.get(url(store.url("/k")), Map.of()).close();

            assertThat(store.requests()).hasSize(1).allMatch(head -> head.startsWith("GET /k HTTP/1.1"));
            assertThatThrownBy(() -> client.get(url("http://direct.test/k"), Map.of()))
                    .isInstanceOf(UnknownHostException.class);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void urlsOfOthersGoThroughAProxyOnAPrivateAddressWhereTheirHostIsAllowed() throws IOException {
        try (ApacheObjectClient client = new ApacheObjectClient(
                TransferSettings.DEFAULTS,
                UrlHosts.of(List.of("*.allowed.test", "10.0.0.1"), UrlAddresses.PUBLIC),
                Proxies.of(Map.of("ALL_PROXY", address())))) {
            proxy.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);

            client.get(SignedUrl.byOthers("http://bucket.allowed.test/k", Map.of()), Map.of())
                    .close();

            for (String refused : List.of("http://other.test/k", "http://10.0.0.1/k", "https://other.test/k")) {
                assertThatThrownBy(() -> client.get(SignedUrl.byOthers(refused, Map.of()), Map.of()))
                        .isInstanceOf(AddressRefusedException.class);
            }
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void aProxyThatIsNotThereIsNoConnection() throws IOException {
        try (ApacheObjectClient client = client(Map.of("ALL_PROXY", "http://u:canary@nowhere.invalid:1"))) {
            for (String scheme : List.of("http", "https")) {
                assertThatThrownBy(() -> client.get(url(scheme + "://bucket.test/k"), Map.of()))
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("nowhere.invalid")
                        .hasMessageNotContaining("canary");
            }
        }
    }

    private static ApacheObjectClient client(Map<String, String> environment) {
        return new ApacheObjectClient(TransferSettings.DEFAULTS, UrlHosts.PUBLIC, Proxies.of(environment));
    }

    /** A client made while the JVM trusts nothing but that certificate. */
    private static ApacheObjectClient trusting(SelfSigned certificate, Map<String, String> environment) {
        System.setProperty("javax.net.ssl.trustStore", certificate.file().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", SelfSigned.PASSWORD);
        try {
            return client(environment);
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private static SignedUrl url(String url) {
        return new SignedUrl(url, Map.of(), null);
    }

    private String address() {
        return proxy.url("").substring("http://".length());
    }

    /** Answers every request with two bytes, on as many connections as there are. */
    private void serve(SSLServerSocket listener) {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    overTls.add(head.toString());
                    head.setLength(0);
                    ScriptedServer.write(socket.getOutputStream(), "HTTP/1.1 200 OK\nContent-Length: 2", new byte[2]);
                }
            }
        } catch (IOException refused) {
            // as some tests want it
        }
    }
}
