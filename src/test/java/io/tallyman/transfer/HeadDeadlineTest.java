package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.retry.IoFailures;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.junit.jupiter.api.Test;

/** That silence before a head is cut by the client's own timeout is in {@link TransferTest}. */
class HeadDeadlineTest {
    private final AtomicLong nanos = new AtomicLong();
    private final HttpMessageParser<ClassicHttpResponse> parser =
            new HeadDeadline(Http1Config.DEFAULT, Duration.ofSeconds(60), nanos::get).create();
    private final SessionInputBufferImpl buffer = new SessionInputBufferImpl(8192);

    @Test
    void aHeadThatTricklesIsCut() {
        InputStream in = trickling("HTTP/1.1 200 OK\r\n" + "X-Slow: very\r\n".repeat(10) + "\r\n");

        assertThatThrownBy(() -> parser.parse(buffer, in))
                .isInstanceOf(SocketTimeoutException.class)
                .satisfies(e -> assertThat(
                                IoFailures.network((IOException) e).kind().label())
                        .isEqualTo("stalled"));
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void aHeadThatIsPutOffAgainAndAgainIsCut() {
        InputStream in = trickling("HTTP/1.1 102 Wait\r\n\r\n".repeat(10));

        assertThatThrownBy(() -> {
                    while (true) {
                        assertThat(parser.parse(buffer, in).getCode()).isEqualTo(102);
                    }
                })
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void eachHeadOfAConnectionHasItsOwnTime() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        InputStream in = trickling(head.repeat(10));

        for (int answer = 0; answer < 10; answer++) {
            assertThat(parser.parse(buffer, in).getCode()).isEqualTo(200);
        }
        assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(10L * head.length()));
    }

    /** A byte a second. */
    private InputStream trickling(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                nanos.addAndGet(1_000_000_000);
                if (at == bytes.length) {
                    return -1;
                }
                into[offset] = bytes[at++];
                return 1;
            }
        };
    }
}
