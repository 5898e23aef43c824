package io.tallyman.verify;

import io.tallyman.retry.FailureKind;

/** The outcome of verification; {@link Verifier} reaches it. */
public sealed interface Verdict {

    /** At least one checksum of the manifest or of the store holds, and nothing fails. */
    record Verified() implements Verdict {}

    /** Nothing fails, but nobody offers a checksum: only the size, where known, speaks for these bytes. */
    record Unverified() implements Verdict {}

    /**
     * Something fails; the bytes must not be kept.
     *
     * @param message one line naming the algorithm, what was expected and what came
     */
    record Mismatch(FailureKind.Content kind, String message) implements Verdict {}
}
