package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.house.FaultCase;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.Signer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mounted secret is replaced before its token ends, and one signer goes on: the whole way, up to a server that checks. */
class SigningAcrossRenewalTest {
    private static final Instant START = Instant.parse("2024-05-06T07:08:09Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SignRequest REQUEST = SignRequest.of("a/b", Duration.ofDays(1));

    @TempDir
    Path folder;

    @Test
    @FaultCase(26)
    void urlsGoOnOpeningObjectsAfterTheKeysTheyWereSignedWithHaveEnded() throws Exception {
        // Given a store with keys in a mounted secret
        SetClock clock = new SetClock(START);
        Instant end = START.plus(HOUR);
        Instant secondEnd = START.plus(HOUR.multipliedBy(2));
        MountedSecret secret = new MountedSecret(folder);
        secret.put(version("1", end));
        try (StandInOss oss = StandInOss.builder()
                .clock(clock)
                .credentials(new StandInCredentials("fake-id-1", "fake-secret-1", "fake-token-1", end))
                .credentials(new StandInCredentials("fake-id-2", "fake-secret-2", "fake-token-2", secondEnd))
                .start()) {
            oss.bucket("bucket").put("a/b", "whole".getBytes(StandardCharsets.UTF_8));
            Stores stores = StoreSettings.stores(
                    Map.of(
                            "tallyman.store.mounted.endpoint", oss.endpoint().toString(),
                            "tallyman.store.mounted.region", "cn-hangzhou",
                            "tallyman.store.mounted.bucket", "bucket",
                            "tallyman.store.mounted.access-key-id-file", secret.file("id"),
                            "tallyman.store.mounted.access-key-secret-file", secret.file("secret"),
                            "tallyman.store.mounted.security-token-file", secret.file("token"),
                            "tallyman.store.mounted.security-token-expires-at-file", secret.file("end")),
                    Map.of(),
                    clock);
            try {
                Store store = stores.named("mounted");
                Signer signer = new Oss4Signer(store);
                SignedUrl first = signer.sign(REQUEST, clock.instant());
                assertThat(first.expiresAt()).isEqualTo(end);
                assertThat(status(first)).isEqualTo(200);

                // When the secret is replaced, and the first keys end
                secret.put(version("2", secondEnd));
                clock.advance(Duration.ofMinutes(50));
                await().until(() -> store.credentials().current().accessKeyId().equals("fake-id-2"));
                SignedUrl second = signer.sign(REQUEST, clock.instant());
                clock.advance(Duration.ofMinutes(11));

                // Then
                assertThat(second.expiresAt()).isEqualTo(secondEnd);
                assertThat(status(second)).isEqualTo(200);
                assertThat(status(first)).isEqualTo(403);
            } finally {
                stores.close();
            }
        }
    }

    private static Map<String, String> version(String number, Instant end) {
        return Map.of(
                "id", "fake-id-" + number,
                "secret", "fake-secret-" + number,
                "token", "fake-token-" + number,
                "end", end.toString());
    }

    private static int status(SignedUrl url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url.reveal())).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }
}
