package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApacheObjectClientTest {
    private static final TransferSettings SETTINGS = new TransferSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(20), 2, 8192, "tallyman/1.2.3", Durability.OBJECT);

    private final ScriptedServer server = new ScriptedServer();
    private final ApacheObjectClient client = new ApacheObjectClient(SETTINGS);

    ApacheObjectClientTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a%2Fb",
                "/a%2Bb",
                "/a+b",
                "/a%20b",
                "/a//b",
                "//leading",
                "///",
                "/a/../b",
                "/../../etc/passwd",
                "/a/./b",
                "/./",
                "/a/%2E%2E/b",
                "/%2e%2e%2f",
                "/a*b%2Ac",
                "/~a%7Eb",
                "/%E4%B8%AD%E6%96%87",
                "/%e4%b8%ad",
                "/%F0%9F%98%80",
                "/nul%00byte",
                "/line%0Abreak%0D%0A",
                "/percent%25%2525",
                "/question%3Fhash%23",
                "/semi;colon%3Bcomma,at@colon:",
                "/brackets[1]%5B1%5D{x}|y^z`\"<>\\",
                "/!$&'()=",
                "/bad%zzescape%",
                "/trailing/",
                "/trailing/?",
                "/k?",
                "/k?acl",
                "/k?acl=",
                "/k?acl&versionId=CAEQ&b=&a",
                "/k?b=2&a=1&b=1&A=0",
                "/k?a=1&&b=2&",
                "/k?a=b=c?d/e//f/../g",
                "/k?x-oss-signature=a%2Bb%2F%3D&plus=a+b&space=a%20b",
                "?only=query",
                "",
            })
    void theRequestTargetArrivesByteForByte(String target) throws IOException {
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);

        try (ObjectClient.Answer answer = client.get(url(target), Map.of())) {
            assertThat(answer.status()).isEqualTo(200);
        }

        String expected = target.startsWith("/") ? target : "/" + target;
        assertThat(requestLine(0)).isEqualTo("GET " + expected + " HTTP/1.1");
    }

    @Test
    void sendsTheRequiredHeadersItsOwnNameAndNothingUnasked() throws IOException {
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
        SignedUrl url = new SignedUrl(
                server.url("/k?s=1"), Map.of("x-oss-range-behavior", "standard", "Host", "signed.example"), null);

        client.get(url, Map.of("Accept-Encoding", "identity")).close();

        List<String> lines =
                server.requests().get(0).lines().filter(line -> !line.isEmpty()).toList();
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "GET /k?s=1 HTTP/1.1",
                        "Host: " + server.url("").substring("http://".length()),
                        "Connection: keep-alive",
                        "User-Agent: tallyman/1.2.3",
                        "Accept-Encoding: identity",
                        "x-oss-range-behavior: standard");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 401, 407, 408, 429, 500, 502, 503, 504})
    void sendsExactlyOneRequestWhateverTheAnswer(int status) throws IOException {
        server.thenAnswer(
                "HTTP/1.1 " + status + " X\nLocation: " + server.url("/elsewhere")
                        + "\nRetry-After: 0\nWWW-Authenticate: Basic realm=x\nContent-Length: 2",
                new byte[] {'n', 'o'});

        try (ObjectClient.Answer answer = client.get(url("/k"), Map.of())) {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body().readAllBytes()).hasSize(2);
        }

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void sendsExactlyOneRequestWhereTheConnectionIsCut() {
        server.then((socket, out) -> false);

        assertThatThrownBy(() -> client.get(url("/k"), Map.of())).isInstanceOf(IOException.class);

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void keepsAConnectionForTheNextRequest() throws IOException {
        for (int i = 0; i < 5; i++) {
            server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 1", new byte[1]);
            try (ObjectClient.Answer answer = client.get(url("/k" + i), Map.of())) {
                answer.body().readAllBytes();
            }
        }

        assertThat(server.requests()).hasSize(5);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void leavesContentEncodingsAsTheyAre() throws IOException {
        byte[] notReallyGzip = "plain".getBytes(StandardCharsets.US_ASCII);
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 5", notReallyGzip);

        try (ObjectClient.Answer answer = client.get(url("/k"), Map.of())) {
            assertThat(answer.header("content-ENCODING")).isEqualTo("gzip");
            assertThat(answer.contentLength()).isEqualTo(5);
            assertThat(answer.body().readAllBytes()).isEqualTo(notReallyGzip);
        }
    }

    @Test
    void closingEarlyCutsTheConnectionInsteadOfDrainingIt() throws Exception {
        CompletableFuture<Long> sentUntilCut = new CompletableFuture<>();
        server.then((socket, out) -> {
            sentUntilCut.complete(sendUntilCut(out));
            return false;
        });

        ObjectClient.Answer answer = client.get(url("/endless"), Map.of());
        assertThat(answer.body().readNBytes(1000)).hasSize(1000);
        answer.close();

        assertThat(sentUntilCut.get(30, java.util.concurrent.TimeUnit.SECONDS)).isLessThan(64L << 20);
    }

    @Test
    void waitsForAConnectionWhereThePoolIsExhausted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            server.then((socket, out) -> {
                release.await();
                ScriptedServer.write(out, "HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
                return true;
            });
        }
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
        CountDownLatch done = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            Thread.ofVirtual().start(() -> {
                try (ObjectClient.Answer answer = client.get(url("/k"), Map.of())) {
                    answer.body().readAllBytes();
                    done.countDown();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }

        release.countDown();

        assertThat(ScriptedServer.within30Seconds(done)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/k",
                "http:///k",
                "http://user:password@host/k",
                "http://host:0/k",
                "http://host:70000/k",
                "http://host:/k",
                "http://ho st/k",
                "http://host%2f.evil/k",
                "http://host\\@evil/k",
                "http://host/with blank?secret=1",
                "http://host/line\r\nX-Injected: 1?secret=1",
                "http://host/中文?secret=1",
                "/no/host?secret=1",
                "",
            })
    void refusesWhatCannotBeSentAsItIsWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> client.get(new SignedUrl(url, Map.of(), null), Map.of()))
                .isInstanceOf(UnusableUrlException.class)
                .hasMessageStartingWith("the URL cannot be sent as it is: ")
                .hasMessageNotContainingAny("secret", "password", "Injected");
    }

    @Test
    void refusesHeadersThatWouldBecomeMoreThanOne() {
        for (Map<String, String> headers : List.of(Map.of("a b", "1"), Map.of("a", "1\r\nb: 2"), Map.of("", "1"))) {
            assertThatThrownBy(() -> client.get(url("/k"), headers)).isInstanceOf(UnusableUrlException.class);
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void nobodyListeningIsAConnectException() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        SignedUrl url = new SignedUrl("http://127.0.0.1:" + port + "/k?secret=1", Map.of(), null);

        assertThatThrownBy(() -> client.get(url, Map.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void logsNoUrlAtAnyLevel() throws IOException {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getLoggerName() + " " + entry.getMessage()
                        + (entry.getParameters() == null ? "" : List.of(entry.getParameters())));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        recorder.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        root.addHandler(recorder);
        root.setLevel(Level.ALL);
        try {
            server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
            client.get(url("/k?x-oss-signature=canary"), Map.of("x-oss-security-token", "canary"))
                    .close();
            Logger.getLogger("io.tallyman.probe").finest("the recorder works");
        } finally {
            root.setLevel(before);
            root.removeHandler(recorder);
        }

        assertThat(logged)
                .anyMatch(line -> line.contains("the recorder works"))
                .noneMatch(line -> line.contains("canary"));
    }

    private SignedUrl url(String target) {
        return new SignedUrl(server.url(target), Map.of(), null);
    }

    private String requestLine(int index) {
        String head = server.requests().get(index);
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** Sends an endless body; ends when the socket does. */
    private static long sendUntilCut(OutputStream out) {
        long sent = 0;
        byte[] chunk = new byte[64 * 1024];
        try {
            ScriptedServer.write(out, "HTTP/1.1 200 OK\nContent-Length: " + (1L << 40), new byte[0]);
            while (true) {
                out.write(chunk);
                sent += chunk.length;
            }
        } catch (IOException cut) {
            return sent;
        }
    }
}
