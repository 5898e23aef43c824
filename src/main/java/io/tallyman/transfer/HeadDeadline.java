package io.tallyman.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts heads that trickle, and those that are put off again and again by informational ones (1xx): the client's own timeout begins anew
 * with each byte. A head may so take as long as the limit, and its last read as long as the client lets any read take. Thread-safe.
 */
final class HeadDeadline extends DefaultHttpResponseParserFactory {
    private final Duration limit;
    private final LongSupplier nanoTime;

    HeadDeadline(Http1Config config, Duration limit, LongSupplier nanoTime) {
        super(config);
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    @Override
    public HttpMessageParser<ClassicHttpResponse> create() {
        return new TimedParser(super.create());
    }

    /** Of one connection, which ends where this throws. */
    private final class TimedParser implements HttpMessageParser<ClassicHttpResponse> {
        private final HttpMessageParser<ClassicHttpResponse> parser;
        private boolean begun;
        private long untilNanos;

        TimedParser(HttpMessageParser<ClassicHttpResponse> parser) {
            this.parser = parser;
        }

        @Override
        public @Nullable ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
                throws IOException, HttpException {
            if (!begun) {
                begun = true;
                untilNanos = nanoTime.getAsLong() + limit.toNanos();
            }
            ClassicHttpResponse head = parser.parse(buffer, new TimedStream(in, untilNanos));
            begun = head != null && head.getCode() < 200;
            return head;
        }
    }

    private final class TimedStream extends FilterInputStream {
        private final long untilNanos;

        TimedStream(InputStream in, long untilNanos) {
            super(in);
            this.untilNanos = untilNanos;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count > 0 && nanoTime.getAsLong() - untilNanos > 0) {
                throw new SocketTimeoutException("no whole head within " + limit.toSeconds() + " s");
            }
            return count;
        }
    }
}
