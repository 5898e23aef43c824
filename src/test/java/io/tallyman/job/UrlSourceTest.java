package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.Claim;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UrlSourceTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration SETTING = Duration.ofMinutes(15);

    private final UrlSource urls = new UrlSource(
            (SignRequest request, Instant at) ->
                    new SignedUrl("http://x/?canary", Map.of(), at.plus(request.expires())),
            SETTING,
            InstantSource.fixed(NOW));

    @Test
    void aUrlLivesAsLongAsTheSettingWhileNothingWasMeasured() {
        assertThat(life(claim(1L << 40, null))).isEqualTo(SETTING);
    }

    @Test
    void aUrlLivesFourTimesAsLongAsTheObjectIsLikelyToTake() {
        urls.observe(100_000_000, Duration.ofSeconds(10));

        assertThat(life(claim(100_000_000_000L, null))).isEqualTo(Duration.ofSeconds(40_000));
        assertThat(life(claim(1_000_000L, null))).isEqualTo(SETTING);
        assertThat(life(claim(null, null))).isEqualTo(SETTING);
    }

    @Test
    void noUrlLivesLongerThanSevenDays() {
        urls.observe(100_000_000, Duration.ofSeconds(10));

        assertThat(life(claim(Long.MAX_VALUE, null))).isEqualTo(SignRequest.LONGEST);
    }

    @Test
    void whatTheEntrySaysHolds() {
        urls.observe(100_000_000, Duration.ofSeconds(10));

        assertThat(life(claim(1L << 40, Duration.ofSeconds(5)))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void smallObjectsSayNothingOfTheSpeed() {
        urls.observe(1_000, Duration.ofSeconds(10));

        assertThat(life(claim(1L << 40, null))).isEqualTo(SETTING);
    }

    private Duration life(Claim claim) {
        return Duration.between(NOW, urls.of(claim).next().expiresAt());
    }

    private static Claim claim(@Nullable Long size, @Nullable Duration expires) {
        return new Claim(
                1,
                1,
                0,
                0,
                false,
                0,
                "key",
                null,
                "",
                "path",
                new Expectations(size, Map.of()),
                expires,
                Map.of(),
                List.of(),
                Map.of());
    }
}
