package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How URLs are signed where a row does not say otherwise; the components are those of {@link SignRequest}. Rows that add nothing
 * share these very maps and set, which is what signs fastest.
 */
public record SignDefaults(
        @Nullable String versionId,
        Duration expires,
        Map<String, String> headers,
        Set<String> additionalHeaders,
        Map<String, String> params) {

    public SignDefaults {
        headers = Map.copyOf(headers);
        additionalHeaders = Set.copyOf(additionalHeaders);
        params = Map.copyOf(params);
    }

    /** The row's own version and expiry go before the defaults, and its headers and parameters by name. */
    SignRequest request(ManifestRow row) {
        return new SignRequest(
                row.key(),
                row.versionId().isEmpty() ? versionId : row.versionId(),
                row.expires() == null ? expires : row.expires(),
                merged(headers, row.headers(), true),
                merged(additionalHeaders, row.additionalHeaders()),
                merged(params, row.params(), false));
    }

    private static Map<String, String> merged(
            Map<String, String> defaults, Map<String, String> own, boolean ignoringCase) {
        if (own.isEmpty()) {
            return defaults;
        }
        Map<String, String> merged = new LinkedHashMap<>(defaults);
        own.forEach((name, value) -> {
            merged.keySet().removeIf(ignoringCase ? name::equalsIgnoreCase : name::equals);
            merged.put(name, value);
        });
        return merged;
    }

    private static Set<String> merged(Set<String> defaults, List<String> own) {
        if (own.isEmpty()) {
            return defaults;
        }
        Set<String> merged = new LinkedHashSet<>(defaults);
        merged.addAll(own);
        return merged;
    }
}
