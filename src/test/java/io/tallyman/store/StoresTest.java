package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoresTest {
    private static final Map<String, String> EXPORTED = Map.of(
            "OSS_ENDPOINT", "oss-cn-beijing.aliyuncs.com",
            "OSS_REGION", "cn-beijing",
            "OSS_BUCKET", "exported",
            "OSS_ACCESS_KEY_ID", "exported-id",
            "OSS_ACCESS_KEY_SECRET", "exported-secret",
            "OSS_SESSION_TOKEN", "exported-token");

    @Test
    void readsTheDefaultStoreFromWhatOssUsersExport() {
        Store store = stores(Map.of(), EXPORTED).named("default");

        assertThat(store.endpoint()).isEqualTo(URI.create("https://oss-cn-beijing.aliyuncs.com"));
        assertThat(store.region()).isEqualTo("cn-beijing");
        assertThat(store.bucket()).isEqualTo("exported");
        assertThat(store.addressing()).isEqualTo(Addressing.VIRTUAL_HOST);
        assertThat(store.credentials().current())
                .isEqualTo(new Credentials("exported-id", "exported-secret", "exported-token", null));
    }

    @Test
    void prefersItsOwnKeysToExportedOnes() {
        Map<String, String> own = Map.of(
                "tallyman.store.default.bucket", "own-bucket",
                "tallyman.store.default.access-key-id", "own-id",
                "tallyman.store.default.access-key-secret", "own-secret");

        Store store = stores(own, EXPORTED).named("default");

        assertThat(store.bucket()).isEqualTo("own-bucket");
        assertThat(store.region()).isEqualTo("cn-beijing");
        // A token belongs to the key it was issued with.
        assertThat(store.credentials().current()).isEqualTo(Credentials.of("own-id", "own-secret"));
    }

    @Test
    void readsAnyStoreFromPropertiesOrTheEnvironment() {
        Map<String, String> properties = Map.of(
                "tallyman.store.archive.provider", "oss",
                "tallyman.store.archive.endpoint", "http://127.0.0.1:9000",
                "tallyman.store.archive.region", "oss-cn-hangzhou",
                "tallyman.store.archive.addressing", "path");
        Map<String, String> environment = new HashMap<>(EXPORTED);
        environment.put("TALLYMAN_STORE_ARCHIVE_BUCKET", "archived");
        environment.put("TALLYMAN_STORE_ARCHIVE_ACCESS_KEY_ID", "id");
        environment.put("TALLYMAN_STORE_ARCHIVE_ACCESS_KEY_SECRET", "secret");
        environment.put("TALLYMAN_STORE_ARCHIVE_SECURITY_TOKEN", "token");

        Store store = stores(properties, environment).named("archive");

        assertThat(store.objectBase()).isEqualTo("http://127.0.0.1:9000/archived/");
        assertThat(store.region()).isEqualTo("cn-hangzhou");
        assertThat(store.credentials().current()).isEqualTo(new Credentials("id", "secret", "token", null));
    }

    @Test
    void usesTheRegionsPublicEndpointWhereNoneIsSet() {
        Map<String, String> environment = new HashMap<>(EXPORTED);
        environment.remove("OSS_ENDPOINT");
        environment.put("OSS_REGION", "oss-cn-shanghai");

        assertThat(stores(Map.of(), environment).named("default").objectBase())
                .isEqualTo("https://exported.oss-cn-shanghai.aliyuncs.com/");
    }

    @Test
    void takesAddressingsInAnyCase() {
        Store store = stores(Map.of("tallyman.store.default.addressing", "Custom_Domain"), EXPORTED)
                .named("default");

        assertThat(store.addressing()).isEqualTo(Addressing.CUSTOM_DOMAIN);
    }

    @Test
    void givesTheSameStoreEveryTime() {
        Stores stores = stores(Map.of(), EXPORTED);

        assertThat(stores.named("default")).isSameAs(stores.named("default"));
    }

    @Test
    void leavesStoresThatNobodyUsesAlone() {
        Stores stores = stores(Map.of("tallyman.store.draft.bucket", "NOT A BUCKET"), EXPORTED);

        assertThat(stores.names()).containsExactly("default", "draft");
        assertThat(stores.named("default").bucket()).isEqualTo("exported");
        assertThatThrownBy(() -> stores.named("draft")).isInstanceOf(StoreConfigurationException.class);
    }

    @Test
    void namesTheKnownStoresWhereOneIsUnknown() {
        Stores stores = stores(Map.of("tallyman.store.archive.bucket", "archived"), Map.of());

        assertThatThrownBy(() -> stores.named("archvie"))
                .isInstanceOf(UnknownStoreException.class)
                .hasMessageContaining("no store is named 'archvie'")
                .hasMessageContaining("archive, default");
    }

    @Test
    void saysWhichKeyIsMissingAndBothWaysToSetIt() {
        refusesWithout("OSS_BUCKET", "set tallyman.store.default.bucket or, in the environment, OSS_BUCKET");
        refusesWithout("OSS_REGION", "set tallyman.store.default.region or, in the environment, OSS_REGION");
        assertThatThrownBy(() -> stores(Map.of("tallyman.store.my-store.bucket", "bucket"), EXPORTED)
                        .named("my-store"))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("TALLYMAN_STORE_MY_STORE_REGION");
    }

    @Test
    void saysThatCredentialsAreMissing() {
        refusesWithout("OSS_ACCESS_KEY_ID", "store 'default' has no credentials: access-key-id is missing");
        refusesWithout("OSS_ACCESS_KEY_SECRET", "store 'default' has no credentials: access-key-secret is missing");
        Map<String, String> environment = new HashMap<>(EXPORTED);
        environment.remove("OSS_ACCESS_KEY_SECRET");
        assertThatThrownBy(() -> stores(Map.of(), environment).named("default"))
                .isInstanceOf(MissingCredentialsException.class)
                .message()
                .doesNotContain("exported-id", "exported-token");
    }

    @Test
    void refusesProvidersAndAddressingsItDoesNotKnow() {
        assertThatThrownBy(() -> stores(Map.of("tallyman.store.default.provider", "s3"), EXPORTED)
                        .named("default"))
                .hasMessageContaining("provider 's3' cannot be used: only oss is known");
        assertThatThrownBy(() -> stores(Map.of("tallyman.store.default.addressing", "dns"), EXPORTED)
                        .named("default"))
                .hasMessageContaining("it is one of virtual-host, path, custom-domain");
    }

    @Test
    void showsNoSecretInTheStoresText() {
        assertThat(stores(Map.of(), EXPORTED).named("default").toString())
                .doesNotContain("exported-id", "exported-secret", "exported-token");
    }

    private static void refusesWithout(String key, String message) {
        Map<String, String> environment = new HashMap<>(EXPORTED);
        environment.remove(key);
        assertThatThrownBy(() -> stores(Map.of(), environment).named("default"))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining(message);
    }

    private static Stores stores(Map<String, String> properties, Map<String, String> environment) {
        return StoreSettings.stores(properties, environment, Clock.systemUTC());
    }
}
