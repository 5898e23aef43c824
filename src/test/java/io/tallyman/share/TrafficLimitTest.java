package io.tallyman.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficLimitTest {
    @ParameterizedTest
    @CsvSource({
        "100KB/s, 819200",
        "100KiB/s, 819200",
        "102400B/s, 819200",
        "819200bit/s, 819200",
        "1 mb/s, 8388608",
        "1.5MB/s, 12582912",
        "100MiB/s, 838860800",
        "820kbit/s, 820000",
        "8Mbit/s, 8000000",
    })
    void aRateIsGivenToOssInBitsPerSecond(String text, String parameter) {
        assertThat(TrafficLimit.parse(text)).hasToString(parameter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"99KB/s", "0B/s", "819199bit/s", "838860801bit/s", "101MB/s", "999999999999MB/s"})
    void whatOssRefusesIsRefused(String text) {
        assertThatThrownBy(() -> TrafficLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("819200 to 838860800");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "100KB", "KB/s", "-1MB/s", "1,5MB/s", "1GB/s", "100KB/s\n", "1e6B/s"})
    void whatIsNoRateIsRefused(String text) {
        assertThatThrownBy(() -> TrafficLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100KB/s");
    }
}
