package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tallyman.ledger.Backlog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@io.quarkus.test.common.QuarkusTestResource(
        value = io.tallyman.database.EmbeddedPostgresResource.class,
        restrictToAnnotatedClass = true)
class RunNoticeTest {
    private static final RunResult RESULT = new RunResult(
            7, "nightly", Ending.SOME_FAILED, new Backlog.Tally(0, 0, 998, 0, 2, 0), 1, 2, Duration.ofSeconds(3));

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " " + body);
            exchange.sendResponseHeaders(answers.isEmpty() ? 204 : answers.removeFirst(), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void theWebhookIsToldOfTheRunsEndOnce() {
        // When
        notice("/hooks/tally?token=not-a-real-token").send(RESULT);

        // Then
        assertThat(requests)
                .containsExactly("POST /hooks/tally?token=not-a-real-token application/json"
                        + " {\"event\":\"run_ended\",\"run\":7,\"manifest\":\"nightly\",\"state\":\"finished\","
                        + "\"exit_code\":3,\"verified\":998,\"unverified\":0,\"failed\":2,\"quarantined\":0,"
                        + "\"pending\":0,\"leased\":0}");
    }

    @Test
    void aRefusalIsTriedTwiceMore() {
        answers.addAll(List.of(500, 302));

        notice("/").send(RESULT);

        assertThat(requests).hasSize(3);
    }

    @Test
    void aWebhookThatIsNotThereHarmsNobody() {
        server.stop(0);

        notice("/").send(RESULT);

        assertThat(requests).isEmpty();
    }

    private RunNotice notice(String path) {
        return new RunNotice(new SmallRyeConfigBuilder()
                .withConverter(java.time.Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withMapping(RunConfig.class)
                .withDefaultValue(
                        "tallyman.run.webhook",
                        "http://127.0.0.1:" + server.getAddress().getPort() + path)
                .build()
                .getConfigMapping(RunConfig.class));
    }
}
