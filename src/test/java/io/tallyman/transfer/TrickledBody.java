package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An endless body that comes in pieces, each after some time of a clock that a test sets. */
final class TrickledBody implements ObjectClient {
    private final AtomicLong nanos;
    private final int pieceBytes;
    private final long pieceNanos;
    final AtomicInteger requests = new AtomicInteger();
    volatile @Nullable String lastUrl;

    TrickledBody(AtomicLong nanos, int pieceBytes, long pieceNanos) {
        this.nanos = nanos;
        this.pieceBytes = pieceBytes;
        this.pieceNanos = pieceNanos;
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) {
        requests.incrementAndGet();
        lastUrl = url.reveal();
        return new Answer() {
            @Override
            public int status() {
                return 200;
            }

            @Override
            public @Nullable String header(String name) {
                return null;
            }

            @Override
            public long contentLength() {
                return -1;
            }

            @Override
            public boolean chunked() {
                return true;
            }

            @Override
            public InputStream body() {
                return new InputStream() {
                    @Override
                    public int read() {
                        throw new AssertionError("one byte at a time");
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        nanos.addAndGet(pieceNanos);
                        return Math.min(length, pieceBytes);
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
