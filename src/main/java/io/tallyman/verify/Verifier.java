package io.tallyman.verify;

import static io.tallyman.retry.FailureKind.Content.CONTENT_MISMATCH;
import static io.tallyman.retry.FailureKind.Content.CORRUPTED;
import static io.tallyman.retry.FailureKind.Content.SIZE_MISMATCH;
import static io.tallyman.retry.FailureKind.Content.STORE_CHECKSUM_MISMATCH;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges bytes by what the manifest expects and what the store says of them. Both are heard, always: a checksum that holds never
 * outvotes one that fails, it only tells whose fault it is.
 *
 * <ol>
 *   <li>the manifest's size differs: {@code SIZE_MISMATCH};
 *   <li>a checksum of the manifest fails and the store's hold: the store has other bytes, {@code CONTENT_MISMATCH};
 *   <li>a checksum of the store fails and the manifest's hold: {@code STORE_CHECKSUM_MISMATCH};
 *   <li>any other failure, contradictions within one side included: {@code CORRUPTED};
 *   <li>at least one checksum held: verified; none was offered: unverified.
 * </ol>
 */
public final class Verifier {
    private Verifier() {}

    /**
     * The verdict; a pure function.
     *
     * @param measured must hold every algorithm the manifest or the store offers, IllegalArgumentException otherwise
     */
    public static Verdict judge(Expectations manifest, StoreChecksums store, Measurement measured) {
        Long expectedSize = manifest.sizeBytes();
        if (expectedSize != null && expectedSize != measured.sizeBytes()) {
            return new Verdict.Mismatch(
                    SIZE_MISMATCH,
                    "size: the manifest expects " + expectedSize + " bytes, " + measured.sizeBytes() + " came");
        }
        Witness fromManifest = new Witness("the manifest");
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            fromManifest.hear(algorithm, manifest.checksums().get(algorithm), measured);
        }
        Witness fromStore = new Witness("the store");
        fromStore.hear(ChecksumAlgorithm.CRC64, store.crc64(), measured);
        fromStore.hear(ChecksumAlgorithm.MD5, store.md5(), measured);

        if (fromManifest.failed() && fromStore.vouches()) {
            return new Verdict.Mismatch(CONTENT_MISMATCH, fromManifest.complaint());
        }
        if (fromStore.failed() && fromManifest.vouches()) {
            return new Verdict.Mismatch(STORE_CHECKSUM_MISMATCH, fromStore.complaint());
        }
        if (fromManifest.failed() || fromStore.failed()) {
            List<String> complaints = new ArrayList<>(fromManifest.complaints);
            complaints.addAll(fromStore.complaints);
            return new Verdict.Mismatch(CORRUPTED, String.join("; ", complaints));
        }
        return fromManifest.vouches() || fromStore.vouches() ? new Verdict.Verified() : new Verdict.Unverified();
    }

    /** Whether every checksum of the manifest holds and at least one was offered; the store is not asked. */
    public static boolean manifestVouches(Expectations manifest, Measurement measured) {
        return !manifest.checksums().isEmpty()
                && judge(manifest, StoreChecksums.NONE, measured) instanceof Verdict.Verified;
    }

    /** The algorithms that must be computed to judge by these. */
    public static Set<ChecksumAlgorithm> algorithms(Expectations manifest, StoreChecksums store) {
        EnumSet<ChecksumAlgorithm> algorithms = EnumSet.of(ChecksumAlgorithm.CRC64);
        algorithms.addAll(manifest.checksums().keySet());
        if (store.md5() != null) {
            algorithms.add(ChecksumAlgorithm.MD5);
        }
        return algorithms;
    }

    /** One side's checksums, compared. */
    private static final class Witness {
        private final String name;
        private final List<String> complaints = new ArrayList<>();
        private boolean held;

        Witness(String name) {
            this.name = name;
        }

        void hear(ChecksumAlgorithm algorithm, @Nullable String expected, Measurement measured) {
            if (expected == null) {
                return;
            }
            String actual = measured.checksum(algorithm);
            if (expected.equals(actual)) {
                held = true;
            } else {
                complaints.add(algorithm.label() + ": " + name + " says " + expected + ", the bytes have " + actual);
            }
        }

        boolean failed() {
            return !complaints.isEmpty();
        }

        boolean vouches() {
            return held && complaints.isEmpty();
        }

        String complaint() {
            return String.join("; ", complaints);
        }
    }
}
