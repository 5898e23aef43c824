package io.tallyman.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Another client's answer, the reading of whose body is looked at on the way. */
abstract class ForwardedAnswer implements ObjectClient.Answer {
    private final ObjectClient.Answer answer;
    private final InputStream body;

    ForwardedAnswer(ObjectClient.Answer answer) {
        this.answer = answer;
        this.body = new FilterInputStream(answer.body()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return ForwardedAnswer.this.read(in, buffer, offset, length);
            }

            @Override
            public void close() {
                // The answer's close() decides what becomes of the connection.
            }
        };
    }

    /** One read of the body; the number of bytes, or -1 at its end. */
    abstract int read(InputStream in, byte[] buffer, int offset, int length) throws IOException;

    @Override
    public int status() {
        return answer.status();
    }

    @Override
    public @Nullable String header(String name) {
        return answer.header(name);
    }

    @Override
    public long contentLength() {
        return answer.contentLength();
    }

    @Override
    public boolean chunked() {
        return answer.chunked();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void close() {
        answer.close();
    }
}
