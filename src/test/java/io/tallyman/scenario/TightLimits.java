package io.tallyman.scenario;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Short patience with slow bodies and full disks, so that a test of either ends soon. */
public class TightLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("tallyman.run.backoff-base", "0.001S"),
                Map.entry("tallyman.run.backoff-cap", "0.005S"),
                Map.entry("tallyman.run.parallel", "16"),
                Map.entry("tallyman.run.stall-floor", "10000"),
                Map.entry("tallyman.run.stall-window", "0.3S"),
                Map.entry("tallyman.run.min-free-space", "0"),
                Map.entry("tallyman.run.disk-patience", "3S"),
                Map.entry("tallyman.run.url-addresses", "any"),
                Map.entry("tallyman.run.heartbeat", "0.2S"),
                Map.entry("tallyman.store.test.max-requests-per-second", "5000"),
                Map.entry("tallyman.store.test.max-bytes-per-second", "1G"));
    }
}
