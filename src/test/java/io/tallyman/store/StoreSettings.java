package io.tallyman.store;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Stores configured by properties and an environment, as the program reads them. */
final class StoreSettings {
    private StoreSettings() {}

    static Stores stores(Map<String, String> properties, Map<String, String> environment, Clock clock) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(StoreConfig.class)
                .withDefaultValues(properties)
                .withSources(new EnvConfigSource(environment, 300))
                .build();
        return new Stores(config.getConfigMapping(StoreConfig.class), config, clock);
    }

    /** A store named archive at an endpoint that is never asked, and these keys. */
    static Stores archive(Clock clock, Map<String, String> keys) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "tallyman.store.archive.endpoint", "http://127.0.0.1:9",
                "tallyman.store.archive.region", "cn-hangzhou",
                "tallyman.store.archive.bucket", "archived"));
        keys.forEach((key, value) -> properties.put("tallyman.store.archive." + key, value));
        return stores(properties, Map.of(), clock);
    }
}
