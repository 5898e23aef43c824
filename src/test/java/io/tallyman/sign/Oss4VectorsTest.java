package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The signatures that the unit tests of Alibaba's Go, Python, Java and PHP SDKs (v2) share; their requests are PUTs. */
class Oss4VectorsTest {
    private static final Map<String, String> PARAMS = Map.of(
            "param1", "value1", "+param1", "value3", "|param1", "value4", "+param2", "", "|param2", "", "param2", "");
    private static final Map<String, String> HEADERS = Map.of(
            "x-oss-head1",
            "value",
            "abc",
            "value",
            "ZAbc",
            "value",
            "XYZ",
            "value",
            "content-type",
            "application/octet-stream");

    @Test
    void signsWhatTheSdksSign() {
        SignedUrl url = sign(new Credentials("ak", "sk", null, null), Set.of(), 1702781677);

        Map<String, String> query = DecodedUrl.of(url.reveal()).query();
        assertThat(query)
                .containsEntry("x-oss-signature", "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe")
                .containsEntry("x-oss-credential", "ak/20231217/cn-hangzhou/oss/aliyun_v4_request")
                .containsEntry("x-oss-date", "20231217T025437Z")
                .containsEntry("x-oss-expires", "599")
                .doesNotContainKey("x-oss-additional-headers");
    }

    @Test
    void signsTheSecurityToken() {
        SignedUrl url = sign(new Credentials("ak", "sk", "token", null), Set.of(), 1702785388);

        assertThat(DecodedUrl.of(url.reveal()).query())
                .containsEntry("x-oss-signature", "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5")
                .containsEntry("x-oss-security-token", "token");
    }

    @Test
    void signsAdditionalHeaders() {
        SignedUrl url = sign(new Credentials("ak", "sk", null, null), Set.of("ZAbc", "abc"), 1702783809);

        assertThat(DecodedUrl.of(url.reveal()).query())
                .containsEntry("x-oss-signature", "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7")
                .containsEntry("x-oss-additional-headers", "abc;zabc");
        assertThat(url.requiredHeaders()).containsOnlyKeys("x-oss-head1", "abc", "ZAbc", "content-type");
    }

    @Test
    void passesOverAdditionalHeadersThatAreSignedAnywayOrNotSent() {
        Set<String> names = Set.of("x-oss-no-exist", "ZAbc", "x-oss-head1", "abc");

        SignedUrl url = sign(new Credentials("ak", "sk", null, null), names, 1702783809);

        assertThat(DecodedUrl.of(url.reveal()).query())
                .containsEntry("x-oss-signature", "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7")
                .containsEntry("x-oss-additional-headers", "abc;zabc");
    }

    private static SignedUrl sign(Credentials credentials, Set<String> additionalHeaders, long second) {
        Store store = new Store(
                "vectors",
                URI.create("http://oss-cn-hangzhou.aliyuncs.com"),
                "cn-hangzhou",
                "bucket",
                Addressing.VIRTUAL_HOST,
                CredentialsSource.fixed(credentials));
        SignRequest request =
                new SignRequest("1234+-/123/1.txt", null, Duration.ofSeconds(599), HEADERS, additionalHeaders, PARAMS);
        return new Oss4Signer(store, "PUT").sign(request, Instant.ofEpochSecond(second));
    }
}
