package io.tallyman.job;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** How a manifest row's URL is signed: its own wishes over the defaults. */
final class SignRequests {
    private SignRequests() {}

    /** The row's request; what the row does not say is taken from {@code defaults}, whose key is not used. */
    static SignRequest of(ManifestRow row, SignRequest defaults) {
        Map<String, String> headers = new LinkedHashMap<>(defaults.headers());
        headers.putAll(row.headers());
        Set<String> additionalHeaders = new LinkedHashSet<>(defaults.additionalHeaders());
        additionalHeaders.addAll(row.additionalHeaders());
        Map<String, String> params = new LinkedHashMap<>(defaults.params());
        params.putAll(row.params());
        return new SignRequest(
                row.key(),
                row.versionId().isEmpty() ? defaults.versionId() : row.versionId(),
                row.expires() == null ? defaults.expires() : row.expires(),
                headers,
                additionalHeaders,
                params);
    }
}
