package io.tallyman.store;

import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Finds stores in the configuration. A store that is never asked for may be incomplete. */
@Singleton
public class Stores {
    /** The store of whoever names none; it also reads the variables that users of OSS export already. */
    public static final String DEFAULT = "default";

    private static final Map<String, String> OFFICIAL_VARIABLES = Map.of(
            "endpoint", "OSS_ENDPOINT",
            "region", "OSS_REGION",
            "bucket", "OSS_BUCKET",
            "access-key-id", "OSS_ACCESS_KEY_ID",
            "access-key-secret", "OSS_ACCESS_KEY_SECRET",
            "security-token", "OSS_SESSION_TOKEN");

    private final StoreConfig stores;
    private final Config config;

    public Stores(StoreConfig stores, Config config) {
        this.stores = stores;
        this.config = config;
    }

    /**
     * The store of that name.
     *
     * @throws UnknownStoreException where none is configured
     * @throws StoreConfigurationException where something is missing or wrong
     * @throws MissingCredentialsException where it has no access key
     */
    public Store named(String name) {
        requireConfigured(name);
        StoreConfig.Named named = stores.stores().get(name);
        URI endpoint = Store.endpoint(name, required(name, named, "endpoint", StoreConfig.Named::endpoint));
        return new Store(
                name,
                endpoint,
                required(name, named, "region", StoreConfig.Named::region),
                required(name, named, "bucket", StoreConfig.Named::bucket),
                Optional.ofNullable(named)
                        .flatMap(StoreConfig.Named::addressing)
                        .orElseGet(() -> Store.impliedBy(endpoint)),
                credentials(name, named));
    }

    /** Throws {@link UnknownStoreException} where no store of that name is configured, complete or not. */
    public void requireConfigured(String name) {
        if (!stores.stores().containsKey(name) && !name.equals(DEFAULT)) {
            TreeSet<String> known = new TreeSet<>(stores.stores().keySet());
            known.add(DEFAULT);
            throw new UnknownStoreException(name, known);
        }
    }

    private Supplier<Credentials> credentials(String name, StoreConfig.@Nullable Named named) {
        String id = value(name, named, "access-key-id", StoreConfig.Named::accessKeyId)
                .orElseThrow(() -> new MissingCredentialsException(name, "access-key-id"));
        String secret = value(name, named, "access-key-secret", StoreConfig.Named::accessKeySecret)
                .orElseThrow(() -> new MissingCredentialsException(name, "access-key-secret"));
        Credentials credentials = new Credentials(
                id,
                secret,
                value(name, named, "security-token", StoreConfig.Named::securityToken)
                        .orElse(null),
                null);
        return () -> credentials;
    }

    private String required(
            String name,
            StoreConfig.@Nullable Named named,
            String key,
            Function<StoreConfig.Named, Optional<String>> getter) {
        return value(name, named, key, getter)
                .orElseThrow(() -> new StoreConfigurationException(name, key, "its " + key + " is not configured"));
    }

    private Optional<String> value(
            String name,
            StoreConfig.@Nullable Named named,
            String key,
            Function<StoreConfig.Named, Optional<String>> getter) {
        Optional<String> own = Optional.ofNullable(named).flatMap(getter);
        String official = officialVariable(key);
        return own.isPresent() || !name.equals(DEFAULT) || official == null
                ? own
                : config.getOptionalValue(official, String.class);
    }

    static @Nullable String officialVariable(String key) {
        return OFFICIAL_VARIABLES.get(key);
    }
}
