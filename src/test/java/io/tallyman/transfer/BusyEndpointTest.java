package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StoredObject;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a transfer whose endpoint takes nothing for a while. */
class BusyEndpointTest {
    private static final int PART = 256 * 1024;
    private static final byte[] BYTES = Harbour.bytes(20 * PART + 123, 1);
    private static final TransferSettings SETTINGS = settings(1, 4);
    private static final TransferSettings TWO_LANES = settings(2, 2);

    @TempDir
    Path root;

    private Harbour harbour;
    private BusyClient client;

    @BeforeEach
    void open() {
        harbour = new Harbour(root, SETTINGS.large(), 1);
        harbour.put(StoredObject.of(BYTES).multipart(3));
        client = new BusyClient();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        harbour.close();
    }

    @Test
    void oneThatMayNotBeginIsAsIfItHadNeverBeen() throws Exception {
        client.busy = request -> true;

        assertThatThrownBy(() -> run(1))
                .isInstanceOfSatisfying(
                        EndpointBusyException.class, e -> assertThat(e.away()).isEqualTo(BusyClient.AWAY));

        assertThat(harbour.files()).isEmpty();
        assertThat(harbour.requests()).isEmpty();
    }

    @Test
    void whatIsKeptOutlivesALeaseThatCouldNotBegin() throws Exception {
        // Given half an object
        harbour.script(FaultScript.none()
                .onRequest("object", 1, new Fault.CutAfter(10 * PART, false))
                .always("object", new Fault.Status(403, "AccessDenied")));
        assertThat(run(1).failure()).isNotNull();
        harbour.script(FaultScript.none());

        // When the next may not begin
        client.busy = request -> true;
        assertThatThrownBy(() -> run(2)).isInstanceOf(EndpointBusyException.class);

        // Then the one after it goes on
        client.busy = request -> false;
        TransferOutcome outcome = run(3);
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isLessThanOrEqualTo(BYTES.length - 9 * PART);
    }

    @Test
    void inTheMiddleOfALargeObjectItIsWaitedFor() throws Exception {
        // Given
        harbour.script(FaultScript.none().onRequest("object", 1, new Fault.CutAfter(10 * PART, true)));
        client.busy = request -> request >= 2 && request < 20;

        // When
        TransferOutcome outcome = run(1);

        // Then
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
        assertThat(harbour.requests()).hasSize(2);
    }

    @Test
    void inTheMiddleOfALargeObjectItIsWaitedForAlsoWhereAllLanesAreSentAwayTogether() throws Exception {
        // Given two lanes, the stream of the first broken, and neither knows of the other's fate
        harbour.script(FaultScript.none().onRequest("object", 1, new Fault.CutAfter(10 * PART, true)));
        CyclicBarrier both = new CyclicBarrier(2);
        client.busy = request -> (request == 2 || request == 3) && together(both);

        // When
        TransferOutcome outcome = run(1, TWO_LANES);

        // Then
        assertThat(outcome.verified()).isTrue();
        assertThat(outcome.bytes()).isEqualTo(BYTES.length);
        assertThat(harbour.requests()).hasSize(2);
    }

    private static boolean together(CyclicBarrier both) {
        try {
            both.await(30, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aUrlThatWouldEndInTheWaitIsSignedAfterIt() throws Exception {
        // Given URLs that live for a minute, and a wait of ten
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        try (Harbour patient =
                        new Harbour(root, SETTINGS.large(), 1, now::get, now::get, Duration.ofMinutes(1), bytes -> {});
                ObjectClient waiting = new ObjectClient() {
                    @Override
                    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
                        throw new AssertionError("signed before the wait");
                    }

                    @Override
                    public void close() {}

                    @Override
                    public <X extends Exception> Answer get(FreshUrl<X> url, Map<String, String> headers)
                            throws IOException, X {
                        url.now();
                        now.updateAndGet(before -> before.plus(Duration.ofMinutes(10)));
                        return client.get(url.now(), headers);
                    }
                };
                Transfer transfer = new Transfer(waiting, SETTINGS, now::get)) {
            patient.put(StoredObject.of(BYTES));

            // When
            TransferOutcome outcome = transfer.run(
                    new TransferRequest(7, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                    patient::url,
                    () -> true);

            // Then
            assertThat(outcome.verified()).isTrue();
            assertThat(patient.requests()).hasSize(1);
        }
    }

    private static TransferSettings settings(int connections, int lanes) {
        return new TransferSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                connections,
                64 * 1024,
                "tallyman/test",
                Durability.NONE,
                new LargeObjects(4 * PART, PART, lanes),
                0);
    }

    private TransferOutcome run(long epoch) throws Exception {
        return run(epoch, SETTINGS);
    }

    private TransferOutcome run(long epoch, TransferSettings settings) throws Exception {
        try (Transfer transfer = new Transfer(client, settings, InstantSource.system())) {
            return transfer.run(
                    new TransferRequest(7, epoch, DestinationPath.under(root, "object"), Expectations.NONE),
                    harbour::url,
                    () -> true);
        }
    }

    /** Sends some of its requests away. */
    private static final class BusyClient implements ObjectClient {
        static final Duration AWAY = Duration.ofMillis(1);
        private final ObjectClient client = new ApacheObjectClient(TWO_LANES);
        private final AtomicInteger requests = new AtomicInteger();
        volatile IntPredicate busy = request -> false;

        @Override
        public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
            if (busy.test(requests.incrementAndGet())) {
                throw new EndpointBusyException(AWAY);
            }
            return client.get(url, headers);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
