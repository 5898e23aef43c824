package io.tallyman.manifest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tallyman.transfer.CaseTwins;

/** The knobs of an import; each has a paragraph in the configuration page. */
@ConfigMapping(prefix = "tallyman.manifest")
public interface ManifestConfig {
    /** Whether two paths may differ only in case, invisible characters, or dots and blanks at the end of a name. */
    @WithDefault("refuse")
    CaseTwins caseTwins();
}
