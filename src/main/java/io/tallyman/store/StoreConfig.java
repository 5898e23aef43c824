package io.tallyman.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** The stores as configured: {@code tallyman.store.<name>.<key>}. What is missing shows only when a store is used. */
@ConfigMapping(prefix = "tallyman.store")
public interface StoreConfig {

    /** By name. */
    @WithParentName
    Map<String, Settings> stores();

    /** The keys of one store. */
    interface Settings {
        /** {@code oss}, which is also the default. */
        Optional<String> provider();

        /** Host with optional scheme and port; default is the region's public endpoint. */
        Optional<String> endpoint();

        /** The bucket's region, such as {@code cn-hangzhou}. */
        Optional<String> region();

        Optional<String> bucket();

        /** {@code virtual-host}, {@code path} or {@code custom-domain}; default see {@link Addressing#defaultFor}. */
        Optional<String> addressing();

        Optional<String> accessKeyId();

        Optional<String> accessKeySecret();

        /** The token of temporary credentials. */
        Optional<String> securityToken();
    }
}
