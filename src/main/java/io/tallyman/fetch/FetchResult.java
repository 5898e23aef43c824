package io.tallyman.fetch;

import io.tallyman.job.Ending;
import org.jspecify.annotations.Nullable;

/**
 * What a fetch came to.
 *
 * @param stopped why it ended before its work was done; null where it did not
 * @param urls how many were to be fetched; what is not counted under a verdict was left
 */
public record FetchResult(@Nullable Ending stopped, long verified, long unverified, long failed, long urls) {

    public Ending ending() {
        if (stopped != null) {
            return stopped;
        }
        if (failed > 0) {
            return Ending.SOME_FAILED;
        }
        return unverified > 0 ? Ending.SOME_UNVERIFIED : Ending.ALL_VERIFIED;
    }

    /** How many URLs have no verdict. */
    public long left() {
        return urls - verified - unverified - failed;
    }
}
