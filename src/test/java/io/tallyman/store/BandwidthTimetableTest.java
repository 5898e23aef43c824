package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandwidthTimetableTest {
    private static final double MEBI = 1024 * 1024;

    /** 2026-11-23 is a Monday. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10M                                  | 23T12:00 | 10",
                "off                                  | 23T12:00 | Infinity",
                "100K:1.5M                            | 23T12:00 | 1.5",
                "08:00,10M 19:00,off                  | 23T07:59 | Infinity",
                "08:00,10M 19:00,off                  | 23T08:00 | 10",
                "08:00,10M 19:00,off                  | 23T18:59 | 10",
                "08:00,10M 19:00,off                  | 23T19:00 | Infinity",
                "08:00,10M 19:00,off Sat-00:00,1G     | 28T07:59 | 1024",
                "08:00,10M 19:00,off Sat-00:00,1G     | 28T08:00 | 10",
                "mon-00:00,512K Fri-23:59,10MiB Sun-20:00,off | 28T12:00 | 10",
                "mon-00:00,512K Fri-23:59,10MiB Sun-20:00,off | 23T12:00 | 0.5",
                "mon-00:00,512K Fri-23:59,10MiB Sun-20:00,off | 29T23:00 | Infinity",
            })
    void aLimitHoldsFromItsTimeToTheNextRoundTheWeek(String text, String time, double mebibytes) {
        ZonedDateTime then = ZonedDateTime.parse("2026-11-" + time + ":30Z");
        assertThat(BandwidthTimetable.parse(text).bytesPerSecondAt(then)).isEqualTo(mebibytes * MEBI);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "08:00 10M           | '08:00' is no HH:MM,LIMIT",
                "8:00,10M            | '8:00,10M' is no HH:MM,LIMIT",
                "08:00,10M 24:00,off | '24:00,off' has no time of a day",
                "08:61,10M           | '08:61,10M' has no time of a day",
                "Sam-08:00,10M       | 'Sam-08:00,10M' names no day",
                "08:00,10            | '10' has no unit",
                "08:00,ten           | 'ten' is no limit",
                "0K                  | '0K' lets nothing through; off means no limit",
                "-5M                 | '-5M' is no limit",
                "08:00,1M 08:00,2M   | '08:00,2M' names a time for the second time",
                "08:00,1M, 09:00,2M  | '1M,' is no limit"
            })
    void whatCannotBeReadIsOneClearLine(String text, String reason) {
        assertThatThrownBy(() -> limits(Map.of("bandwidth", text)))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageContaining("store 'archive': bandwidth '" + text + "' cannot be used: ")
                .hasMessageContaining(reason)
                .hasMessageContaining("set tallyman.store.archive.bandwidth")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "max-bytes-per-second, fast",
        "max-bytes-per-second, 0",
        "max-bytes-per-second, -1",
        "max-requests-per-second, 10K",
        "max-requests-per-second, 0",
        "bandwidth-zone, Mars/Olympus"
    })
    void otherLimitsThatCannotBeReadAreNamedToo(String key, String value) {
        assertThatThrownBy(() -> limits(Map.of(key, value)))
                .isInstanceOf(StoreConfigurationException.class)
                .hasMessageStartingWith("store 'archive': " + key + " '" + value + "' cannot be used: ");
    }

    @Test
    void theTighterOfLimitAndTimetableHoldsInTheConfiguredZone() {
        StoreLimits limits = limits(Map.of(
                "max-bytes-per-second", "20M",
                "max-requests-per-second", "0.5",
                "bandwidth", "08:00,10M 19:00,off",
                "bandwidth-zone", "Asia/Shanghai"));

        assertThat(limits.isNone()).isFalse();
        assertThat(limits.requestsPerSecond()).isEqualTo(0.5);
        // 08:00 in Shanghai is midnight UTC
        assertThat(limits.bytesPerSecondAt(Instant.parse("2026-11-23T00:00:00Z")))
                .isEqualTo(10 * MEBI);
        assertThat(limits.bytesPerSecondAt(Instant.parse("2026-11-23T11:00:00Z")))
                .isEqualTo(20 * MEBI);
    }

    @Test
    void whereNothingIsConfiguredNothingIsLimited() {
        assertThat(limits(Map.of()).isNone()).isTrue();
        assertThat(StoreSettings.stores(Map.of(), Map.of(), Clock.systemUTC())
                        .limits("unheard-of")
                        .isNone())
                .isTrue();
    }

    private static StoreLimits limits(Map<String, String> keys) {
        return StoreSettings.archive(Clock.systemUTC(), keys).limits("archive");
    }
}
