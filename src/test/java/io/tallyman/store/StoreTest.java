package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
    private static final CredentialsSource KEYS = CredentialsSource.fixed(Credentials.of("ak", "sk"));

    @ParameterizedTest
    @CsvSource({
        "https://oss-cn-hangzhou.aliyuncs.com, VIRTUAL_HOST, https://bucket.oss-cn-hangzhou.aliyuncs.com/",
        "http://oss.example:8080, VIRTUAL_HOST, http://bucket.oss.example:8080/",
        "http://127.0.0.1:9000, PATH, http://127.0.0.1:9000/bucket/",
        "http://[::1]:9000, PATH, http://[::1]:9000/bucket/",
        "https://files.example.com, CUSTOM_DOMAIN, https://files.example.com/"
    })
    void writesItsObjectsAddresses(String endpoint, Addressing addressing, String base) {
        assertThat(store(endpoint, "cn-hangzhou", "bucket", addressing).objectBase())
                .isEqualTo(base);
    }

    @ParameterizedTest
    @CsvSource({
        "https://oss-cn-hangzhou.aliyuncs.com, VIRTUAL_HOST",
        "https://1.2.3.4.example, VIRTUAL_HOST",
        "http://127.0.0.1:9000, PATH",
        "http://[2001:db8::1], PATH",
        "http://localhost:9000, PATH"
    })
    void putsNoBucketBeforeAnIpAddressOrLocalhost(String endpoint, Addressing expected) {
        assertThat(Addressing.defaultFor(URI.create(endpoint))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "-ab", "ab-", "a.b", "Bucket", "a/b", "a b", "", "_ab", "ab\n"})
    void refusesBucketNamesThatOssDoesNotHave(String bucket) {
        assertThatThrownBy(() -> store("https://h.example", "cn-hangzhou", bucket, Addressing.PATH))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining(
                        "set tallyman.store.archive.bucket or, in the environment, TALLYMAN_STORE_ARCHIVE_BUCKET")
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"abc", "old_bucket", "1-2", "a23456789012345678901234567890123456789012345678901234567890123"})
    void takesBucketNamesThatOssHas(String bucket) {
        assertThat(store("https://h.example", "cn-hangzhou", bucket, Addressing.PATH)
                        .bucket())
                .isEqualTo(bucket);
    }

    @Test
    void takesThePrefixOfEndpointNamesOffTheRegion() {
        assertThat(store("https://h.example", "oss-cn-beijing", "bucket", Addressing.PATH)
                        .region())
                .isEqualTo("cn-beijing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oss-", "cn hangzhou", "CN-Hangzhou", "cn/hangzhou", "cn-hangzhou\n"})
    void refusesRegionsThatAreNone(String region) {
        assertThatThrownBy(() -> store("https://h.example", region, "bucket", Addressing.PATH))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("a region is written like cn-hangzhou");
    }

    @Test
    void refusesAnEndpointThatTheBucketCannotStandBefore() {
        assertThatThrownBy(() -> store("http://10.0.0.1", "r", "bucket", Addressing.VIRTUAL_HOST))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("no bucket can stand in front of an IP address");
        assertThatThrownBy(() -> store(
                        "https://bucket.oss-cn-hangzhou.aliyuncs.com",
                        "cn-hangzhou",
                        "bucket",
                        Addressing.VIRTUAL_HOST))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "oss-cn-hangzhou.aliyuncs.com, https://oss-cn-hangzhou.aliyuncs.com",
        "OSS-CN-Hangzhou.aliyuncs.com/, https://oss-cn-hangzhou.aliyuncs.com",
        "http://10.0.0.1:80, http://10.0.0.1:80",
        "HTTPS://h.example, https://h.example",
        "127.0.0.1:9000, https://127.0.0.1:9000"
    })
    void readsEndpointsAsPeopleWriteThem(String text, String endpoint) {
        assertThat(Endpoint.parse("archive", text)).isEqualTo(URI.create(endpoint));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h.example",
                "h.example/path",
                "h.example?x=1",
                "h.example#x",
                "https://",
                "not a host",
                "a_b.example",
                "https://user:fake-password@h.example"
            })
    void refusesEndpointsThatAreNone(String text) {
        assertThatThrownBy(() -> Endpoint.parse("archive", text))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("an endpoint is a host such as oss-cn-hangzhou.aliyuncs.com")
                .message()
                .doesNotContain("fake-password");
    }

    private static Store store(String endpoint, String region, String bucket, Addressing addressing) {
        return new Store("archive", URI.create(endpoint), region, bucket, addressing, KEYS);
    }
}
