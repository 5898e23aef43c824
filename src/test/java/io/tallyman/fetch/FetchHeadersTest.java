package io.tallyman.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchHeadersTest {
    @Test
    void linesAreCutAtTheFirstColonAndTheirValuesStripped() {
        assertThat(FetchHeaders.of(List.of("x-a: b:c ", "x-empty:")).with(Map.of()))
                .isEqualTo(Map.of("x-a", "b:c", "x-empty", ""));
    }

    @Test
    void aRowsOwnHeaderWinsWhateverItsCase() {
        assertThat(FetchHeaders.of(List.of("x-a:1", "x-b:2")).with(Map.of("X-A", "3")))
                .isEqualTo(Map.of("X-A", "3", "x-b", "2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary",
                ":canary",
                "a b:canary",
                "x-a:canary\r\nx-c: d",
                "x-a:canaryé",
                "Range: bytes=0-1canary",
                "if-match:canary",
                "ACCEPT-ENCODING:canary"
            })
    void whatCannotBeSentIsRefusedAndItsValueNotQuoted(String line) {
        assertThatThrownBy(() -> FetchHeaders.of(List.of(line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> FetchHeaders.of(List.of("x-a:1", "X-A:canary")))
                .hasMessageContaining("twice")
                .hasMessageNotContaining("canary");
    }
}
