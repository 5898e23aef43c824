package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Expectations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong bytes of the right length, by the thousand, with nothing but the store's own CRC-64 to tell. */
class FlippedBitsTest {
    private static final int TRIALS = 10_000;
    private static final int[] FLIPS = {1, 2, 8};

    @TempDir
    Path root;

    @Test
    @FaultCase(13)
    void tenThousandBodiesWithFlippedBitsAreTenThousandRefused() throws Exception {
        long seed = Long.getLong("tallyman.seed", new Random().nextLong());
        Random random = new Random(seed);
        int refused = 0;
        try (ScriptedServer server = new ScriptedServer();
                ApacheObjectClient client = new ApacheObjectClient(TransferSettings.DEFAULTS);
                Transfer transfer = new Transfer(client, TransferSettings.DEFAULTS, Instant::now)) {
            SignedUrl url = new SignedUrl(server.url("/object"), Map.of(), null);
            for (int trial = 0; trial < TRIALS; trial++) {
                // Given
                byte[] body = new byte[1 + random.nextInt(4_000)];
                random.nextBytes(body);
                Crc64 right = new Crc64();
                right.update(body, 0, body.length);
                flip(body, FLIPS[random.nextInt(FLIPS.length)], random);
                server.thenAnswer(
                        "HTTP/1.1 200 OK\nx-oss-hash-crc64ecma: " + right + "\nContent-Length: " + body.length, body);

                // When
                TransferOutcome outcome = transfer.run(
                        new TransferRequest(trial + 1, 1, DestinationPath.under(root, "o" + trial), Expectations.NONE),
                        () -> url,
                        () -> true);

                // Then
                if (outcome.failure() != null && outcome.failure().kind() == FailureKind.Content.CORRUPTED) {
                    refused++;
                }
            }
        }
        assertThat(refused).as("seed %d", seed).isEqualTo(TRIALS);
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).as("seed %d", seed).isEmpty();
        }
    }

    /** Flips that many different bits, fewer where there are fewer. */
    private static void flip(byte[] body, int bits, Random random) {
        random.ints(0, body.length * 8)
                .distinct()
                .limit(Math.min(bits, body.length * 8))
                .forEach(bit -> body[bit / 8] ^= (byte) (1 << (bit % 8)));
    }
}
