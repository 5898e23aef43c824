package io.tallyman.job;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How URLs are signed where a row does not say otherwise; the components are those of {@link SignRequest}. */
public record SignDefaults(
        @Nullable String versionId,
        Duration expires,
        Map<String, String> headers,
        Set<String> additionalHeaders,
        Map<String, String> params) {

    SignRequest request(String key) {
        return new SignRequest(key, versionId, expires, headers, additionalHeaders, params);
    }

    /** The row's own version and expiry go before the defaults, and its headers and parameters by name. */
    SignRequest request(ManifestRow row) {
        return new SignRequest(
                row.key(),
                row.versionId().isEmpty() ? versionId : row.versionId(),
                row.expires() == null ? expires : row.expires(),
                merged(headers, row.headers()),
                merged(additionalHeaders, row.additionalHeaders()),
                merged(params, row.params()));
    }

    private static Map<String, String> merged(Map<String, String> defaults, Map<String, String> own) {
        if (own.isEmpty()) {
            return defaults;
        }
        Map<String, String> merged = new LinkedHashMap<>(defaults);
        own.forEach((name, value) -> {
            merged.keySet().removeIf(name::equalsIgnoreCase);
            merged.put(name, value);
        });
        return merged;
    }

    private static Set<String> merged(Set<String> defaults, Iterable<String> own) {
        Set<String> merged = new LinkedHashSet<>(defaults);
        own.forEach(merged::add);
        return merged;
    }
}
