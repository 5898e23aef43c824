package io.tallyman.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** The stores by name. */
@ConfigMapping(prefix = "tallyman.store")
public interface StoreConfig {
    @WithParentName
    Map<String, Named> stores();

    /** One store; what is missing is said when it is first used. */
    interface Named {
        /** Which service it is. */
        @WithDefault("oss")
        Provider provider();

        /** Host, with or without scheme; https where none is given. */
        Optional<String> endpoint();

        Optional<String> region();

        Optional<String> bucket();

        /** Where addresses carry the bucket; told by the endpoint where not given. */
        Optional<Addressing> addressing();

        Optional<String> accessKeyId();

        Optional<String> accessKeySecret();

        Optional<String> securityToken();
    }

    /** The services there are. */
    enum Provider {
        OSS
    }
}
