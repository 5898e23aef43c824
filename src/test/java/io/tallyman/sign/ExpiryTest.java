package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.ExpiredCredentialsException;
import io.tallyman.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A URL never says that it lives longer than the credentials that it was signed with. */
class ExpiryTest {
    private static final Instant AT = Instant.parse("2024-05-06T07:08:09.987654321Z");
    private static final long SECOND = AT.getEpochSecond();

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void isCappedToTheWholeSecondsUpToTheEndOfTheCredentials(Scheme scheme) {
        // Given credentials that end within the 61st second
        Instant end = Instant.ofEpochSecond(SECOND + 60, 999_999_999);

        // When
        SignedUrl url = sign(scheme, end, Duration.ofHours(1), AT);

        // Then
        assertThat(url.expiresAt()).isEqualTo(Instant.ofEpochSecond(SECOND + 60));
        assertThat(secondsInside(url)).isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void isAsAskedWhereTheCredentialsOutliveItOrTheirEndIsUnknown(Scheme scheme) {
        for (Instant end : new Instant[] {null, Instant.ofEpochSecond(SECOND + 60), AT.plusSeconds(1_000_000)}) {
            SignedUrl url = sign(scheme, end, Duration.ofMinutes(1), AT);

            assertThat(url.expiresAt()).isEqualTo(Instant.ofEpochSecond(SECOND + 60));
            assertThat(secondsInside(url)).isEqualTo(60);
        }
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void nothingIsSignedWithLessThanASecondLeft(Scheme scheme) {
        for (Instant end : new Instant[] {Instant.ofEpochSecond(SECOND, 999_999_999), AT, AT.minusSeconds(3600)}) {
            assertThatThrownBy(() -> sign(scheme, end, Duration.ofMinutes(1), AT))
                    .isInstanceOf(ExpiredCredentialsException.class)
                    .hasMessageContaining("the credentials of store 'test' end at " + end)
                    .message()
                    .doesNotContain("fake-secret", "fake-token", "\n");
        }
        assertThat(secondsInside(sign(scheme, Instant.ofEpochSecond(SECOND + 1), Duration.ofMinutes(1), AT)))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void theTimeToSignAsOfIsWhatCountsAndNotTheClock(Scheme scheme) {
        // Given credentials that ended long ago, and a time before that
        Instant end = Instant.parse("2024-01-01T00:10:00Z");

        // Then
        SignedUrl url = sign(scheme, end, Duration.ofHours(1), Instant.parse("2024-01-01T00:00:00Z"));
        assertThat(url.expiresAt()).isEqualTo(end);
        assertThat(secondsInside(url)).isEqualTo(600);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void followsCredentialsThatAreRenewedUnderTheSameKey(Scheme scheme) {
        // Given a signer that has remembered what it computed
        AtomicReference<Credentials> current = new AtomicReference<>(credentials(AT.plusSeconds(10)));
        Signer signer = signer(scheme, current::get);
        signer.sign(SignRequest.of("k", Duration.ofHours(1)), AT);

        // When
        current.set(credentials(AT.plusSeconds(100)));

        // Then
        assertThat(secondsInside(signer.sign(SignRequest.of("k", Duration.ofHours(1)), AT)))
                .isEqualTo(100);
    }

    private static long secondsInside(SignedUrl url) {
        Map<String, String> query = DecodedUrl.of(url.reveal()).query();
        return query.containsKey("x-oss-expires")
                ? Long.parseLong(query.get("x-oss-expires"))
                : Long.parseLong(query.get("Expires")) - signedAt(url, query);
    }

    /** V1 tells only the end. */
    private static long signedAt(SignedUrl url, Map<String, String> query) {
        assertThat(url.expiresAt()).isEqualTo(Instant.ofEpochSecond(Long.parseLong(query.get("Expires"))));
        return url.expiresAt().isBefore(Instant.parse("2024-02-01T00:00:00Z"))
                ? Instant.parse("2024-01-01T00:00:00Z").getEpochSecond()
                : SECOND;
    }

    private static SignedUrl sign(Scheme scheme, Instant end, Duration expires, Instant at) {
        return signer(scheme, CredentialsSource.fixed(credentials(end))).sign(SignRequest.of("k", expires), at);
    }

    private static Credentials credentials(Instant end) {
        return new Credentials("fake-id", "fake-secret", "fake-token", end);
    }

    private static Signer signer(Scheme scheme, CredentialsSource credentials) {
        return scheme.signerFor(new Store(
                "test",
                URI.create("https://oss-cn-hangzhou.aliyuncs.com"),
                "cn-hangzhou",
                "bucket",
                Addressing.VIRTUAL_HOST,
                credentials));
    }
}
