package io.tallyman.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import io.tallyman.job.RunConfig;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void thePageNamesEverySettingOfARunWithItsDefault() throws Exception {
        String page = Files.readString(Path.of("src/site/markdown/configuration.md"));
        for (Method setting : RunConfig.class.getMethods()) {
            String key = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            WithDefault byDefault = setting.getAnnotation(WithDefault.class);
            String value = byDefault == null ? "none" : byDefault.value();
            assertThat(page).contains("| `tallyman.run." + key + "` | " + value + " |");
        }
    }
}
