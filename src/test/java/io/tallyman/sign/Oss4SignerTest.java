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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class Oss4SignerTest {
    private static final Instant AT = Instant.parse("2024-05-06T07:08:09.987654321Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Credentials KEY = Credentials.of("ak", "sk");

    @Test
    void writesTheKeyIntoThePathByteForByte() {
        Signer signer = signer(KEY);

        String url =
                signer.sign(SignRequest.of("a//../b+c %2F~!*'()é😀", HOUR), AT).reveal();

        assertThat(url)
                .startsWith("https://bucket.oss-cn-hangzhou.aliyuncs.com/"
                        + "a//../b%2Bc%20%252F~%21%2A%27%28%29%C3%A9%F0%9F%98%80?x-oss-credential=");
    }

    @Test
    void opensForExactlyAsLongAsAskedFromTheWholeSecond() {
        SignedUrl url = signer(KEY).sign(SignRequest.of("k", Duration.ofDays(7)), AT);

        assertThat(DecodedUrl.of(url.reveal()).query())
                .containsEntry("x-oss-expires", "604800")
                .containsEntry("x-oss-date", "20240506T070809Z");
        assertThat(url.expiresAt()).isEqualTo("2024-05-13T07:08:09Z");
    }

    @Test
    void hasOneSignatureWhateverTheAddressing() {
        List<String> signatures = new ArrayList<>();
        for (String endpoint :
                List.of("https://oss-cn-hangzhou.aliyuncs.com", "http://10.0.0.1:81", "https://cdn.example")) {
            for (Addressing addressing : Addressing.values()) {
                if (addressing != Addressing.VIRTUAL_HOST || !endpoint.contains("10.")) {
                    Signer signer = new Oss4Signer(store(endpoint, addressing, CredentialsSource.fixed(KEY)));
                    String url = signer.sign(SignRequest.of("k", HOUR), AT).reveal();
                    signatures.add(DecodedUrl.of(url).query().get("x-oss-signature"));
                }
            }
        }

        assertThat(signatures).hasSize(8).containsOnly(signatures.get(0));
    }

    @Test
    void followsCredentialsThatAreRenewedAndDaysThatChange() {
        // Given a source that is renewed between two URLs, and a day's last and first second.
        AtomicReference<Credentials> current = new AtomicReference<>(KEY);
        Signer signer = new Oss4Signer(store("https://h.example", Addressing.VIRTUAL_HOST, current::get));
        Credentials renewed = new Credentials("ak2", "sk2", "token2", null);
        List<Instant> times = List.of(
                Instant.parse("2024-12-31T23:59:59Z"),
                Instant.parse("2025-01-01T00:00:00Z"),
                Instant.parse("2024-02-29T12:00:00Z"));

        for (Instant at : times) {
            for (Credentials credentials : List.of(KEY, renewed)) {
                // When the same signer signs
                current.set(credentials);
                String url = signer.sign(SignRequest.of("k", HOUR), at).reveal();

                // Then it is what a signer of its own for that moment makes.
                String fresh = new Oss4Signer(store(
                                "https://h.example", Addressing.VIRTUAL_HOST, CredentialsSource.fixed(credentials)))
                        .sign(SignRequest.of("k", HOUR), at)
                        .reveal();
                assertThat(url).isEqualTo(fresh);
            }
        }
    }

    @Test
    void signsTheSameOnManyVirtualThreadsAtOnce() throws ExecutionException, InterruptedException {
        // Given many inputs with terms of their own, and what one thread makes of them
        SigningCases cases = new SigningCases(Seed.announced());
        List<SigningCase> inputs = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            inputs.add(cases.next(true));
        }
        Signer signer = signer(KEY);
        List<String> alone = inputs.stream()
                .map(input -> signer.sign(input.request(), input.at()).reveal())
                .toList();

        // When many threads make them with one signer
        List<Future<String>> futures = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (SigningCase input : inputs) {
                futures.add(threads.submit(
                        () -> signer.sign(input.request(), input.at()).reveal()));
            }
        }

        // Then every URL is the same.
        List<String> together = new ArrayList<>();
        for (Future<String> future : futures) {
            together.add(future.get());
        }
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void tellsTheClientWhichHeadersItMustSend() {
        Map<String, String> headers = Map.of(
                "Content-Type",
                "text/plain",
                "X-Oss-Range-Behavior",
                " standard ",
                "Range",
                "bytes=0-1",
                "If-Match",
                "x");

        SignedUrl url = signer(KEY).sign(new SignRequest("k", null, HOUR, headers, Set.of("range"), Map.of()), AT);

        assertThat(url.requiredHeaders())
                .isEqualTo(
                        Map.of("Content-Type", "text/plain", "X-Oss-Range-Behavior", "standard", "Range", "bytes=0-1"));
    }

    @Test
    void printsWithoutWhatOpensTheObject() {
        SignedUrl url = signer(new Credentials("fake-id", "fake-secret", "fake-token", null))
                .sign(SignRequest.of("k", HOUR), AT);

        assertThat(url.toString()).isEqualTo("https://bucket.oss-cn-hangzhou.aliyuncs.com/k?<redacted>");
        assertThat(new Credentials("fake-id", "fake-secret", "fake-token", AT).toString())
                .doesNotContain("fake-");
    }

    @Test
    void refusesTimesThatHaveNoFourDigitYear() {
        for (Instant at : List.of(
                Instant.MIN, Instant.EPOCH.minusSeconds(1), Instant.parse("+10000-01-01T00:00:00Z"), Instant.MAX)) {
            assertThatThrownBy(() -> signer(KEY).sign(SignRequest.of("k", HOUR), at))
                    .isInstanceOf(SigningRefusedException.class)
                    .hasMessageContaining("before 1970 or after 9999");
        }
    }

    private static Signer signer(Credentials credentials) {
        return new Oss4Signer(store(
                "https://oss-cn-hangzhou.aliyuncs.com", Addressing.VIRTUAL_HOST, CredentialsSource.fixed(credentials)));
    }

    private static Store store(String endpoint, Addressing addressing, CredentialsSource credentials) {
        return new Store("test", URI.create(endpoint), "cn-hangzhou", "bucket", addressing, credentials);
    }
}
