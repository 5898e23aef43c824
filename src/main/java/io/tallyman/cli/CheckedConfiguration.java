package io.tallyman.cli;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.tallyman.job.RunConfig;
import io.tallyman.job.RunSettings;
import io.tallyman.store.StoreConfig;
import java.util.List;

/** The whole configuration, read and checked once before the framework does it again. */
final class CheckedConfiguration {
    /** Below these the mappings find what is unknown. */
    private static final List<String> MAPPED = List.of("tallyman.run.", "tallyman.store.");

    private CheckedConfiguration() {}

    /** Throws {@link ConfigurationException} where a key is unknown or a value cannot be read. */
    static SmallRyeConfig read() {
        SmallRyeConfig config;
        try {
            config = ConfigUtils.configBuilder()
                    .withMapping(StoreConfig.class)
                    .withMapping(RunConfig.class)
                    .build();
        } catch (ConfigValidationException e) {
            throw new ConfigurationException(e);
        }
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("tallyman.")
                    && !name.equals("tallyman.home")
                    && MAPPED.stream().noneMatch(name::startsWith)) {
                throw new ConfigurationException("the setting " + name
                        + " does not exist; there are tallyman.home, tallyman.run.* and tallyman.store.*");
            }
        }
        RunSettings.check(config.getConfigMapping(RunConfig.class));
        return config;
    }
}
