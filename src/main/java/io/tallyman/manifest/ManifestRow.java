package io.tallyman.manifest;

import io.tallyman.verify.Expectations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a manifest file, checked on its own. Prints without its URL, headers and parameters, which may be secrets.
 *
 * @param line where in the file it starts, from 1
 * @param key the object's key; for a row with a URL that URL without the parameters of its signature
 * @param url a URL signed by somebody else, byte for byte; null where the program is to sign
 * @param versionId empty for the current version
 * @param path where the file goes relative to the destination; where the row does not say, the key or the URL's path. Not
 *     yet checked for safety
 * @param priority higher goes first
 * @param expires lifetime of presigned URLs; null for the default
 * @param headers request headers to sign and send; names as written, in the order of the file
 * @param additionalHeaders names of further headers to sign
 * @param params query parameters to sign, in the order of the file
 * @param labels by name without the prefix {@code label.}
 */
public record ManifestRow(
        long line,
        String key,
        @Nullable String url,
        String versionId,
        Expectations expectations,
        String path,
        int priority,
        @Nullable Duration expires,
        Map<String, String> headers,
        List<String> additionalHeaders,
        Map<String, String> params,
        Map<String, String> labels) {

    @Override
    public String toString() {
        return "ManifestRow[line=" + line + ", key=" + key + ", versionId=" + versionId + "]";
    }
}
