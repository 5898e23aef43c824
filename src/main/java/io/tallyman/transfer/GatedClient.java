package io.tallyman.transfer;

import io.tallyman.retry.FailureKind;
import io.tallyman.retry.IoFailures;
import io.tallyman.retry.RequestedDelay;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Map;

/**
 * Asks an endpoint only as much as it can take: each request waits for its turn at the endpoint's {@link Gate}, and what comes of it
 * tells the gate. Thread-safe.
 */
public final class GatedClient implements ObjectClient {
    private final ObjectClient client;
    private final Gates gates;
    private final InstantSource clock;

    public GatedClient(ObjectClient client, Gates gates, InstantSource clock) {
        this.client = client;
        this.gates = gates;
        this.clock = clock;
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        return get(() -> url, headers);
    }

    @Override
    public <X extends Exception> Answer get(FreshUrl<X> url, Map<String, String> headers) throws IOException, X {
        Gate.Pass pass = gates.of(url.now().reveal()).enter();
        boolean answered = false;
        try {
            Answer answer = send(url.now(), headers, pass);
            answered = true;
            judge(answer, pass);
            return new PassingAnswer(answer, pass);
        } finally {
            if (!answered) {
                pass.nothingLearnt();
                pass.end();
            }
        }
    }

    private Answer send(SignedUrl url, Map<String, String> headers, Gate.Pass pass) throws IOException {
        try {
            return client.get(url, headers);
        } catch (UnusableUrlException | AddressRefusedException e) {
            // Nothing was sent.
            throw e;
        } catch (IOException e) {
            // What this machine cannot do says nothing of the endpoint.
            boolean ours = Thread.currentThread().isInterrupted()
                    || IoFailures.network(e).kind() instanceof FailureKind.Local;
            if (!ours) {
                pass.failed();
            }
            throw e;
        }
    }

    private void judge(Answer answer, Gate.Pass pass) {
        int status = answer.status();
        if (status == 429 || status == 503) {
            pass.throttled(RequestedDelay.of(answer::header, clock.instant()));
        } else if (status >= 500 || status == 408) {
            pass.failed();
        } else {
            pass.served();
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** Gives its place back as soon as the body has ended. */
    private static final class PassingAnswer extends ForwardedAnswer {
        private final Gate.Pass pass;

        PassingAnswer(Answer answer, Gate.Pass pass) {
            super(answer);
            this.pass = pass;
        }

        @Override
        int read(InputStream in, byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            if (count < 0) {
                pass.end();
            }
            return count;
        }

        @Override
        public void close() {
            try {
                super.close();
            } finally {
                pass.end();
            }
        }
    }
}
