package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunSettingsTest {
    @Test
    void theDefaultsCanBeUsed() {
        assertThatNoException().isThrownBy(() -> RunSettings.check(config("parallel", "64")));
    }

    @ParameterizedTest
    @CsvSource({
        "parallel, 0",
        "max-attempts, 0",
        "max-deferrals, -1",
        "max-resigns, -1",
        "max-worker-deaths, 0",
        "backoff-base, 0S",
        "backoff-cap, 0.5S",
        "url-expires, 0S",
        "url-expires, 8D",
        "heartbeat, 0S",
        "dead-after, 29S",
        "drain, -1S",
        "database-patience, 0S",
        "connect-timeout, 0S",
        "idle-timeout, 0S",
        "stall-floor, -1",
        "stall-window, 0S",
        "min-free-space, -1",
        "disk-patience, -1S",
        "buffer-bytes, 100",
        "webhook, ftp://h/",
        "webhook, mailto:x",
        "webhook, https://h.example/a b"
    })
    void whatCannotWorkIsNamed(String setting, String value) {
        assertThatThrownBy(() -> RunSettings.check(config(setting, value)))
                .isInstanceOf(UnusableSettingException.class)
                .hasMessageStartingWith("tallyman.run." + setting + "=")
                .hasMessageNotContaining("h.example");
    }

    private static RunConfig config(String setting, String value) {
        return new SmallRyeConfigBuilder()
                .withMapping(RunConfig.class)
                .withConverter(java.time.Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withDefaultValue("tallyman.run." + setting, value)
                .build()
                .getConfigMapping(RunConfig.class);
    }
}
