package io.tallyman.scenario;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Retries without long waits, and few of them, so that whatever fails for good does so soon. */
public class FastRetries implements QuarkusTestProfile {
    static final int MAX_ATTEMPTS = 2;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "tallyman.run.backoff-base", "0.001S",
                "tallyman.run.backoff-cap", "0.005S",
                "tallyman.run.max-attempts", Integer.toString(MAX_ATTEMPTS),
                "tallyman.run.max-deferrals", "4",
                "tallyman.run.idle-timeout", "1S",
                "tallyman.run.parallel", "8");
    }
}
