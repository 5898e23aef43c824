package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTimeTest {
    private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");

    @ParameterizedTest
    @CsvSource({
        "PT12H, PT9H",
        "PT6H, PT4H30M",
        "PT1H, PT45M",
        "PT20M, PT15M",
        "PT15M, PT10M",
        "PT10M, PT5M",
        "PT1M, PT30S",
        "PT1S, PT1S",
        "P3652058D, P2739043DT12H"
    })
    void comesAQuarterOfTheLifeBeforeItsEndAndFiveMinutesWhereThereIsTime(Duration life, Duration expected) {
        assertThat(RenewalTime.after(new Credentials("ak", "sk", "token", NOW.plus(life)), NOW))
                .isEqualTo(expected);
    }

    @Test
    void comesNowAndThenWhereNoEndIsKnown() {
        assertThat(RenewalTime.after(Credentials.of("ak", "sk"), NOW)).isEqualTo(Duration.ofMinutes(5));
    }
}
