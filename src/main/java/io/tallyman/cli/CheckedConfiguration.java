package io.tallyman.cli;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.tallyman.job.RunConfig;
import io.tallyman.job.RunSettings;
import io.tallyman.manifest.ManifestConfig;
import io.tallyman.store.StoreConfig;
import io.tallyman.transfer.Durability;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole configuration, read and checked once before the framework does it again. */
final class CheckedConfiguration {
    /** Below these the mappings find what is unknown. */
    private static final List<String> MAPPED = List.of("tallyman.manifest.", "tallyman.run.", "tallyman.store.");

    private static final Set<String> SINGLE = Set.of("tallyman.home", "tallyman.durability");

    private static final Pattern MAPPED_VARIABLES = Pattern.compile("TALLYMAN_(MANIFEST|RUN|STORE)_");

    private CheckedConfiguration() {}

    /** Throws {@link ConfigurationException} where a key is unknown or a value cannot be read. */
    static SmallRyeConfig read() {
        SmallRyeConfig config;
        try {
            config = ConfigUtils.configBuilder()
                    .withMapping(StoreConfig.class)
                    .withMapping(RunConfig.class)
                    .withMapping(ManifestConfig.class)
                    .build();
        } catch (ConfigValidationException e) {
            throw new ConfigurationException(e);
        }
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("tallyman.")
                    && !SINGLE.contains(name)
                    && MAPPED.stream().noneMatch(name::startsWith)) {
                throw new ConfigurationException(
                        "the setting " + name
                                + " does not exist; there are tallyman.home, tallyman.durability, tallyman.manifest.*, tallyman.run.* and tallyman.store.*");
            }
        }
        refuseUnknownVariables(System.getenv().keySet());
        checkDurability(config);
        RunSettings.check(config.getConfigMapping(RunConfig.class));
        return config;
    }

    private static void checkDurability(SmallRyeConfig config) {
        try {
            Optional<Durability> unused = config.getOptionalValue("tallyman.durability", Durability.class);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("the setting tallyman.durability cannot be \""
                    + config.getConfigValue("tallyman.durability").getValue() + "\"; give object, group or none");
        }
    }

    /** The library cannot tell: to it, a variable that matches no key is somebody else's. */
    private static void refuseUnknownVariables(Set<String> variables) {
        List<Pattern> known = Stream.of(RunConfig.class, StoreConfig.class, ManifestConfig.class)
                .map(ConfigMappings.ConfigClass::configClass)
                .flatMap(mapping -> ConfigMappings.getProperties(mapping).keySet().stream())
                .map(CheckedConfiguration::variable)
                .toList();
        for (String variable : variables) {
            if (MAPPED_VARIABLES.matcher(variable).lookingAt()
                    && known.stream().noneMatch(each -> each.matcher(variable).matches())) {
                throw new ConfigurationException(
                        "the variable " + variable
                                + " sets nothing: there is no such setting; see tallyman.manifest.*, tallyman.run.* and tallyman.store.* in the documentation");
            }
        }
    }

    /** The environment's name of a key, as MicroProfile Config maps it; a star stands for a store's name. */
    private static Pattern variable(String key) {
        return Pattern.compile(
                key.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT).replace("*", ".+"));
    }
}
