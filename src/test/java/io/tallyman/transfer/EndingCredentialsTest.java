package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.demo.StoredObject;
import io.tallyman.house.FaultCase;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.StoreClock;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import io.tallyman.verify.Expectations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session token ends in the middle of an object, long before its URL was asked to. */
class EndingCredentialsTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant FIRST_END = START.plus(Duration.ofHours(1));
    private static final Instant SECOND_END = START.plus(Duration.ofHours(3));
    private static final int PART = 128 * 1024;
    private static final byte[] BYTES = Harbour.bytes(20 * PART, 5);

    @TempDir
    Path root;

    @Test
    @FaultCase(26)
    void aTokenThatEndsInTheMiddleIsFollowedByTheNextAndTheTransferGoesOn() throws Exception {
        // Given a link that breaks half-way, at the moment when the token has ended
        AtomicReference<Instant> now = new AtomicReference<>(START);
        AtomicLong received = new AtomicLong();
        AtomicInteger signed = new AtomicInteger();
        TransferSettings settings = new TransferSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                4,
                64 * 1024,
                "tallyman/test",
                Durability.NONE,
                new LargeObjects(4 * PART, PART, 1),
                0);
        InstantSource clock = now::get;
        StoreClock ours = new StoreClock(clock);
        try (StandInOss oss = StandInOss.builder()
                        .clock(clock)
                        .credentials(new StandInCredentials("fake-id-1", "fake-secret-1", "fake-token-1", FIRST_END))
                        .credentials(new StandInCredentials("fake-id-2", "fake-secret-2", "fake-token-2", SECOND_END))
                        .start();
                ApacheObjectClient client = new ApacheObjectClient(settings);
                Transfer transfer = new Transfer(
                        client,
                        settings,
                        ours,
                        bytes -> {
                            if (received.addAndGet(bytes) >= 10 * PART) {
                                now.set(FIRST_END.plusSeconds(1));
                            }
                        },
                        kept -> {})) {
            oss.bucket("bucket").put("object", StoredObject.of(BYTES));
            oss.script(FaultScript.none().onRequest("object", 1, new Fault.CutAfter(10 * PART, false)));
            CredentialsSource renewed = () -> now.get().isBefore(FIRST_END)
                    ? new Credentials("fake-id-1", "fake-secret-1", "fake-token-1", FIRST_END)
                    : new Credentials("fake-id-2", "fake-secret-2", "fake-token-2", SECOND_END);
            Oss4Signer signer = new Oss4Signer(
                    new Store("test", oss.endpoint(), "cn-hangzhou", "bucket", Addressing.PATH, renewed));

            // When
            TransferOutcome outcome = transfer.run(
                    new TransferRequest(1, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                    () -> {
                        SignedUrl url = signer.sign(SignRequest.of("object", Duration.ofDays(1)), ours.instant());
                        assertThat(url.expiresAt()).isEqualTo(signed.getAndIncrement() == 0 ? FIRST_END : SECOND_END);
                        return url;
                    },
                    () -> true);

            // Then
            assertThat(outcome.failure()).isNull();
            assertThat(outcome.verified()).isTrue();
            assertThat(signed).hasValue(2);
            assertThat(oss.seen()).hasSize(2);
            assertThat(outcome.bytes()).isEqualTo(BYTES.length);
            assertThat(root.resolve("object")).hasBinaryContent(BYTES);
        }
    }
}
