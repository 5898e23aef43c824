package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Oss1SignerTest {
    private static final Instant AT = Instant.ofEpochSecond(1_699_807_420 - 900);
    private static final Duration QUARTER = Duration.ofMinutes(15);

    /** From the unit tests of Alibaba's Go SDK v2. */
    @Test
    void signsWhatTheSdksSign() {
        SignRequest request = new SignRequest("key", "versionId", QUARTER, Map.of(), Set.of(), Map.of());

        String url = signer(Credentials.of("ak", "sk")).sign(request, AT).reveal();

        assertThat(DecodedUrl.of(url).query())
                .isEqualTo(Map.of(
                        "Expires", "1699807420",
                        "OSSAccessKeyId", "ak",
                        "Signature", "dcLTea+Yh9ApirQ8o8dOPqtvJXQ=",
                        "versionId", "versionId"));
        assertThat(url)
                .startsWith("http://bucket.oss-cn-hangzhou.aliyuncs.com/key?")
                .contains("dcLTea%2BYh9ApirQ8o8dOPqtvJXQ%3D");
    }

    /** From the unit tests of Alibaba's Go SDK v2. */
    @Test
    void signsTheSecurityToken() {
        Instant at = Instant.ofEpochSecond(1_699_808_204 - 900);
        SignRequest request = new SignRequest("key+123", "versionId", QUARTER, Map.of(), Set.of(), Map.of());

        String url = signer(new Credentials("ak", "sk", "token", null))
                .sign(request, at)
                .reveal();

        assertThat(DecodedUrl.of(url).query())
                .containsEntry("Signature", "jzKYRrM5y6Br0dRFPaTGOsbrDhY=")
                .containsEntry("security-token", "token");
    }

    /** Regression: an immutable map of the JDK's iterates in another order in every process. */
    @Test
    void writesParametersInTheOrderOfTheirNamesSoThatEveryProcessWritesTheSameUrl() {
        Map<String, String> params = Map.of(
                "response-expires",
                "1",
                "response-content-type",
                "2",
                "x-oss-traffic-limit",
                "819200",
                "a",
                "3",
                "z",
                "4");
        SignRequest request = new SignRequest("k", null, QUARTER, Map.of(), Set.of(), params);

        String url = signer(Credentials.of("ak", "sk")).sign(request, AT).reveal();

        assertThat(url).contains("a=3&response-content-type=2&response-expires=1&x-oss-traffic-limit=819200&z=4");
    }

    @Test
    void refusesWhatItCannotSign() {
        SignRequest request =
                new SignRequest("k", null, QUARTER, Map.of("range", "bytes=0-1"), Set.of("range"), Map.of());

        assertThatThrownBy(() -> signer(Credentials.of("ak", "sk")).sign(request, AT))
                .isInstanceOf(SigningRefusedException.class)
                .hasMessageContaining("signs no additional headers: leave range out or sign with oss4");
        assertThatThrownBy(() -> signer(Credentials.of("ak", "sk")).sign(SignRequest.of("k", QUARTER), Instant.MIN))
                .isInstanceOf(SigningRefusedException.class)
                .hasMessageContaining("before 1970");
    }

    private static Signer signer(Credentials credentials) {
        return Scheme.OSS1.signerFor(new Store(
                "test",
                URI.create("http://oss-cn-hangzhou.aliyuncs.com"),
                "cn-hangzhou",
                "bucket",
                Addressing.VIRTUAL_HOST,
                CredentialsSource.fixed(credentials)));
    }
}
