package io.tallyman.job;

import io.tallyman.sign.SignedUrl;
import io.tallyman.transfer.ObjectClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes how much came of which object, in a file that outlives the process however it dies: a line for each read. */
final class CountingClient implements ObjectClient {
    private final ObjectClient client;
    private final FileChannel notes;

    CountingClient(ObjectClient client, Path file) throws IOException {
        this.client = client;
        this.notes = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        String path = URI.create(url.reveal()).getPath();
        return new CountedAnswer(client.get(url, headers), path.substring(path.lastIndexOf('/') + 1));
    }

    @Override
    public void close() throws IOException {
        try (notes) {
            client.close();
        }
    }

    private final class CountedAnswer implements Answer {
        private final Answer answer;
        private final InputStream body;

        CountedAnswer(Answer answer, String object) {
            this.answer = answer;
            this.body = new FilterInputStream(answer.body()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    if (count > 0 && answer.status() < 300) {
                        note(object + " " + count + "\n");
                    }
                    return count;
                }
            };
        }

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

    /** An interrupt would close the file for all; it is for whoever reads next. */
    private void note(String line) throws IOException {
        boolean interrupted = Thread.interrupted();
        synchronized (notes) {
            notes.write(ByteBuffer.wrap(line.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
