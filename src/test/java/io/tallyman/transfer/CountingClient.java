package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Notes how much came of which object, in a file that outlives the process however it dies: a line for each read. */
public final class CountingClient implements ObjectClient {
    private final ObjectClient client;
    private final FileChannel notes;

    public CountingClient(ObjectClient client, Path file) throws IOException {
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

    private final class CountedAnswer extends ForwardedAnswer {
        private final String object;

        CountedAnswer(Answer answer, String object) {
            super(answer);
            this.object = object;
        }

        @Override
        int read(InputStream in, byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count > 0 && status() < 300) {
                note(object + " " + count + "\n");
            }
            return count;
        }
    }

    /** An interrupt would close the file for all; it is for whoever reads next. */
    private void note(String line) throws IOException {
        boolean interrupted = Thread.interrupted();
        synchronized (notes) {
            notes.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
