package io.tallyman.verify;

import static io.tallyman.retry.FailureKind.Content.CONTENT_MISMATCH;
import static io.tallyman.retry.FailureKind.Content.CORRUPTED;
import static io.tallyman.retry.FailureKind.Content.SIZE_MISMATCH;
import static io.tallyman.retry.FailureKind.Content.STORE_CHECKSUM_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifierTest {
    private static final byte[] BYTES = "the quick brown fox".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final Measurement MEASURED = measure(BYTES);

    private enum Side {
        NONE,
        HOLDS,
        FAILS,
        MIXED
    }

    private enum Size {
        NONE,
        SAME,
        OTHER
    }

    /** Every combination of what the manifest's checksums and the store's say; size none or the same. */
    @ParameterizedTest(name = "manifest {0}, store {1}: {2}")
    @CsvSource({
        "NONE,  NONE,  unverified",
        "NONE,  HOLDS, verified",
        "NONE,  FAILS, corrupted",
        "NONE,  MIXED, corrupted",
        "HOLDS, NONE,  verified",
        "HOLDS, HOLDS, verified",
        "HOLDS, FAILS, store_checksum_mismatch",
        "HOLDS, MIXED, store_checksum_mismatch",
        "FAILS, NONE,  corrupted",
        "FAILS, HOLDS, content_mismatch",
        "FAILS, FAILS, corrupted",
        "FAILS, MIXED, corrupted",
        "MIXED, NONE,  corrupted",
        "MIXED, HOLDS, content_mismatch",
        "MIXED, FAILS, corrupted",
        "MIXED, MIXED, corrupted",
    })
    @FaultCase(22)
    void judgesEveryCombination(Side manifest, Side store, String expected) {
        for (Size size : new Size[] {Size.NONE, Size.SAME}) {
            assertThat(name(Verifier.judge(manifest(manifest, size), store(store), MEASURED)))
                    .as("size %s", size)
                    .isEqualTo(expected);
        }
        assertThat(name(Verifier.judge(manifest(manifest, Size.OTHER), store(store), MEASURED)))
                .as("another size comes first, whatever the checksums say")
                .isEqualTo("size_mismatch");
    }

    @Test
    void everySingleChecksumDecidesByItself() {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            Expectations right = new Expectations(null, Map.of(algorithm, MEASURED.checksum(algorithm)));
            Expectations wrong = new Expectations(null, Map.of(algorithm, "0badc0de"));

            assertThat(name(Verifier.judge(right, StoreChecksums.NONE, MEASURED)))
                    .isEqualTo("verified");
            assertThat(Verifier.judge(wrong, StoreChecksums.NONE, MEASURED))
                    .isEqualTo(new Verdict.Mismatch(
                            CORRUPTED,
                            algorithm.label() + ": the manifest says 0badc0de, the bytes have "
                                    + MEASURED.checksum(algorithm)));
        }
    }

    @Test
    void messagesNameTheAlgorithmAndBothValues() {
        assertThat(Verifier.judge(manifest(Side.HOLDS, Size.OTHER), StoreChecksums.NONE, MEASURED))
                .isEqualTo(new Verdict.Mismatch(SIZE_MISMATCH, "size: the manifest expects 18 bytes, 19 came"));
        assertThat(Verifier.judge(manifest(Side.HOLDS, Size.SAME), new StoreChecksums("12", null), MEASURED))
                .isEqualTo(new Verdict.Mismatch(
                        STORE_CHECKSUM_MISMATCH,
                        "crc64: the store says 12, the bytes have " + MEASURED.checksum(ChecksumAlgorithm.CRC64)));
        assertThat(Verifier.judge(
                        new Expectations(null, Map.of(ChecksumAlgorithm.MD5, "00")), store(Side.HOLDS), MEASURED))
                .isEqualTo(new Verdict.Mismatch(
                        CONTENT_MISMATCH,
                        "md5: the manifest says 00, the bytes have " + MEASURED.checksum(ChecksumAlgorithm.MD5)));
    }

    @Test
    void aChecksumThatWasNotComputedIsADefectAndNotAPass() {
        Measurement crcOnly = new Measurement(3, Map.of(ChecksumAlgorithm.CRC64, "1"));

        assertThatThrownBy(() -> Verifier.judge(Expectations.NONE, new StoreChecksums(null, "aa"), crcOnly))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesTheAlgorithmsItNeeds() {
        assertThat(Verifier.algorithms(Expectations.NONE, StoreChecksums.NONE))
                .containsExactly(ChecksumAlgorithm.CRC64);
        assertThat(Verifier.algorithms(
                        new Expectations(null, Map.of(ChecksumAlgorithm.SHA256, "aa")), new StoreChecksums("1", "bb")))
                .containsExactlyInAnyOrder(ChecksumAlgorithm.CRC64, ChecksumAlgorithm.MD5, ChecksumAlgorithm.SHA256);
    }

    @Test
    @FaultCase(13)
    void tenThousandRandomBitFlipsAreAllDetected() {
        long seed = Long.getLong("tallyman.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<FailureKind, Integer> detected = new TreeMap<>((a, b) -> a.label().compareTo(b.label()));
        for (int trial = 0; trial < 10_000; trial++) {
            // Given an object of which the store knows only its CRC-64
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bytes);
            StoreChecksums store = new StoreChecksums(crc(bytes), null);

            // When one, two or eight different bits flip on the way
            int flips = Math.min(new int[] {1, 2, 8}[trial % 3], bytes.length * 8);
            random.ints(0, bytes.length * 8)
                    .distinct()
                    .limit(flips)
                    .forEach(bit -> bytes[bit / 8] ^= (byte) (1 << bit % 8));
            Verdict verdict = Verifier.judge(
                    Expectations.NONE,
                    store,
                    new Measurement(bytes.length, Map.of(ChecksumAlgorithm.CRC64, crc(bytes))));

            // Then it is seen
            assertThat(verdict).as("seed %d, trial %d", seed, trial).isInstanceOf(Verdict.Mismatch.class);
            detected.merge(((Verdict.Mismatch) verdict).kind(), 1, Integer::sum);
        }
        assertThat(detected).isEqualTo(Map.of(CORRUPTED, 10_000));
    }

    private static Expectations manifest(Side side, Size size) {
        Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
        if (side == Side.HOLDS || side == Side.MIXED) {
            checksums.put(ChecksumAlgorithm.SHA256, MEASURED.checksum(ChecksumAlgorithm.SHA256));
        }
        if (side == Side.FAILS || side == Side.MIXED) {
            checksums.put(ChecksumAlgorithm.SHA1, "00");
        }
        Long bytes = switch (size) {
            case NONE -> null;
            case SAME -> MEASURED.sizeBytes();
            case OTHER -> MEASURED.sizeBytes() - 1;
        };
        return new Expectations(bytes, checksums);
    }

    private static StoreChecksums store(Side side) {
        String crc64 = MEASURED.checksum(ChecksumAlgorithm.CRC64);
        String md5 = MEASURED.checksum(ChecksumAlgorithm.MD5);
        return switch (side) {
            case NONE -> StoreChecksums.NONE;
            case HOLDS -> new StoreChecksums(crc64, md5);
            case FAILS -> new StoreChecksums("1", null);
            case MIXED -> new StoreChecksums(crc64, "00");
        };
    }

    private static String name(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Verified v -> "verified";
            case Verdict.Unverified v -> "unverified";
            case Verdict.Mismatch m -> m.kind().label();
        };
    }

    private static Measurement measure(byte[] bytes) {
        Set<ChecksumAlgorithm> all = EnumSet.allOf(ChecksumAlgorithm.class);
        Digests digests = new Digests(all);
        digests.update(bytes, 0, bytes.length);
        return digests.finish();
    }

    private static String crc(byte[] bytes) {
        Crc64 crc = new Crc64();
        crc.update(bytes, 0, bytes.length);
        return crc.toString();
    }
}
