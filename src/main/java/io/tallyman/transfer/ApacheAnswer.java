package io.tallyman.transfer;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** An answer of {@link ApacheObjectClient}. */
final class ApacheAnswer implements ObjectClient.Answer {
    private final TimedRequest request;
    private final ClassicHttpResponse response;
    private final @Nullable HttpEntity entity;
    private final Body body;

    ApacheAnswer(TimedRequest request, ClassicHttpResponse response) throws IOException {
        this.request = request;
        this.response = response;
        this.entity = response.getEntity();
        this.body = new Body(
                request, entity == null ? InputStream.nullInputStream() : entity.getContent(), contentLength());
    }

    @Override
    public int status() {
        return response.getCode();
    }

    @Override
    public @Nullable String header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    @Override
    public long contentLength() {
        return entity == null ? 0 : entity.getContentLength();
    }

    @Override
    public boolean chunked() {
        return entity != null && entity.isChunked();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void close() {
        if (!body.ended) {
            // Cut first: closing alone would read the rest to keep the connection.
            request.cancel();
        }
        try {
            response.close();
        } catch (IOException alreadyBroken) {
            // The exchange is over either way, and what was read was judged by its own errors.
        } finally {
            request.close();
        }
    }

    /** Has each read timed, translates exceptions and remembers the end. */
    private static final class Body extends FilterInputStream {
        private final TimedRequest request;
        private final long contentLength;
        private boolean ended;

        Body(TimedRequest request, InputStream in, long contentLength) {
            super(in);
            this.request = request;
            this.contentLength = contentLength;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            request.beginRead();
            int count;
            try {
                count = in.read(buffer, offset, length);
            } catch (IOException e) {
                request.end(e);
                throw translated(e);
            }
            request.end(null);
            ended |= count < 0;
            return count;
        }

        private IOException translated(IOException e) {
            if (e instanceof ConnectionClosedException && contentLength >= 0) {
                EOFException early = new EOFException("the body ended before its Content-Length of " + contentLength);
                early.initCause(e);
                return early;
            }
            return ApacheObjectClient.translated(e);
        }

        @Override
        public void close() {
            // The answer's close() decides what becomes of the connection.
        }
    }
}
