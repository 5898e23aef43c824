package io.tallyman.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tallyman.job.RunConfig;
import io.tallyman.manifest.ManifestConfig;
import io.tallyman.store.StoreConfig;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void thePageNamesEverySettingOfARunAndOfAnImportWithItsDefault() throws Exception {
        String page = Files.readString(Path.of("src/site/markdown/configuration.md"));
        for (Class<?> settings : List.of(RunConfig.class, ManifestConfig.class)) {
            String prefix = settings.getAnnotation(ConfigMapping.class).prefix();
            for (Method setting : settings.getMethods()) {
                String key = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                WithDefault byDefault = setting.getAnnotation(WithDefault.class);
                String value = byDefault == null ? "none" : byDefault.value();
                assertThat(page).contains("| `" + prefix + "." + key + "` | " + value + " |");
            }
        }
    }

    @Test
    void thePageNamesEverySettingOfAStore() throws Exception {
        String page = Files.readString(Path.of("src/site/markdown/configuration.md"));
        for (Method setting : StoreConfig.Settings.class.getMethods()) {
            String key = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            assertThat(page).contains("`" + key + "`");
        }
    }
}
