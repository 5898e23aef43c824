package io.tallyman.store;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The configured stores, by name. A store is read and checked when it is first asked for, so one that nobody uses may be
 * incomplete. Safe for use by many threads.
 */
@ApplicationScoped
public class Stores {
    /** The store used where none is named; it also reads the {@code OSS_*} names that OSS users already export. */
    public static final String DEFAULT = "default";

    private final StoreConfig config;
    private final Config properties;
    private final Clock clock;
    private final Map<String, Store> resolved = new ConcurrentHashMap<>();

    /** @param clock tells when credentials end */
    public Stores(StoreConfig config, Config properties, Clock clock) {
        this.config = config;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * The store of that name, the same object every time.
     *
     * @throws UnknownStoreException where nothing is configured under that name
     * @throws MissingCredentialsException where the key, its secret or what leads to them is not configured
     * @throws StoreConfigurationException where another key is missing or wrong
     */
    public Store named(String name) {
        return resolved.computeIfAbsent(name, this::resolve);
    }

    /**
     * What may be asked of the store of that name, by all workers together; nothing is limited where it is not configured. It needs no
     * keys, since others may have signed what is asked.
     *
     * @throws StoreConfigurationException where a limit cannot be read
     */
    public StoreLimits limits(String name) {
        StoreConfig.@Nullable Settings settings = config.stores().get(name);
        return settings == null ? StoreLimits.NONE : StoreLimits.of(name, settings);
    }

    /** The names that are configured, and always the default store's. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(config.stores().keySet());
        names.add(DEFAULT);
        return names;
    }

    private Store resolve(String name) {
        StoreConfig.@Nullable Settings settings = config.stores().get(name);
        if (settings == null && !name.equals(DEFAULT)) {
            throw new UnknownStoreException(name, names());
        }
        Keys keys = new Keys(name, settings);
        keys.optional("provider", StoreConfig.Settings::provider)
                .filter(provider -> !provider.equals("oss"))
                .ifPresent(provider -> {
                    throw StoreConfigurationException.wrong(name, "provider", provider, "only oss is known");
                });
        String bucket = keys.required("bucket", StoreConfig.Settings::bucket, "");
        String region = keys.required(
                "region",
                StoreConfig.Settings::region,
                ", which is part of every signature and cannot be told from the endpoint");
        URI endpoint = Endpoint.parse(
                name,
                keys.optional("endpoint", StoreConfig.Settings::endpoint)
                        .orElseGet(() -> "oss-" + region.replaceFirst("^oss-", "") + ".aliyuncs.com"));
        Addressing addressing = keys.optional("addressing", StoreConfig.Settings::addressing)
                .map(label -> addressing(name, label))
                .orElseGet(() -> Addressing.defaultFor(endpoint));
        CredentialsSource credentials = new CredentialsChoice(name, settings, this::exported, clock).source();
        return new Store(name, endpoint, region, bucket, addressing, credentials);
    }

    private Optional<String> exported(String variable) {
        return properties.getOptionalValue(variable, String.class);
    }

    /** Ends what renews credentials. */
    @PreDestroy
    void close() {
        for (Store store : resolved.values()) {
            if (store.credentials() instanceof RenewedCredentials renewed) {
                renewed.close();
            }
        }
    }

    private static Addressing addressing(String store, String label) {
        String wanted = label.toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(Addressing.values())
                .filter(addressing -> addressing.label().equals(wanted))
                .findFirst()
                .orElseThrow(() -> StoreConfigurationException.wrong(
                        store,
                        "addressing",
                        label,
                        "it is one of "
                                + Arrays.stream(Addressing.values())
                                        .map(Addressing::label)
                                        .collect(Collectors.joining(", "))));
    }

    /** One store's keys: its own settings first, for the default store then the name OSS users export. */
    private final class Keys {
        private final String store;
        private final StoreConfig.@Nullable Settings settings;

        Keys(String store, StoreConfig.@Nullable Settings settings) {
            this.store = store;
            this.settings = settings;
        }

        Optional<String> optional(String key, Function<StoreConfig.Settings, Optional<String>> setting) {
            Optional<String> own = settings == null ? Optional.empty() : setting.apply(settings);
            String variable = StoreConfigurationException.OSS_NAMES.get(key);
            return own.or(() -> store.equals(DEFAULT) && variable != null ? exported(variable) : Optional.empty())
                    .map(String::strip)
                    .filter(value -> !value.isEmpty());
        }

        String required(String key, Function<StoreConfig.Settings, Optional<String>> setting, String why) {
            return optional(key, setting).orElseThrow(() -> StoreConfigurationException.missing(store, key, why));
        }
    }
}
