package io.tallyman.ledger;

import io.tallyman.verify.Expectations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry held by a worker, with all that is needed to bring its object ashore. Prints without its URL, headers and
 * parameters, which may be secrets.
 *
 * @param epoch fences the lease: a recording under another epoch changes nothing
 * @param attempts used up before this one
 * @param deferrals attempts before this one that did not count
 * @param suspect whether a worker died while it held the entry
 * @param key for an entry with a URL that URL without its signature
 * @param url a URL signed by somebody else; null where the program signs
 * @param versionId empty for the current version
 * @param path relative to the destination, checked when it was imported
 * @param expires lifetime of presigned URLs; null for the default
 */
public record Claim(
        long entryId,
        int epoch,
        int attempts,
        int deferrals,
        boolean suspect,
        int priority,
        String key,
        @Nullable String url,
        String versionId,
        String path,
        Expectations expectations,
        @Nullable Duration expires,
        Map<String, String> headers,
        List<String> additionalHeaders,
        Map<String, String> params) {

    /** Which try at the entry this is, from 1; the number its attempt is recorded under. */
    public int number() {
        return attempts + deferrals + 1;
    }

    @Override
    public String toString() {
        return "Claim[entryId=" + entryId + ", epoch=" + epoch + ", number=" + number() + ", key=" + key
                + ", versionId=" + versionId + "]";
    }
}
