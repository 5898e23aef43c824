package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasePatienceTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private final DatabasePatience patience = new DatabasePatience(Duration.ofMinutes(2), nanos::get, nanos::addAndGet);

    @Test
    void aCallIsMadeAgainUntilTheDatabaseIsBack() throws Exception {
        // When
        String answer = patience.call(() -> {
            if (calls.incrementAndGet() < 100) {
                throw away();
            }
            return "back";
        });

        // Then
        assertThat(answer).isEqualTo("back");
        assertThat(calls).hasValue(100);
    }

    @Test
    void theDatabasesOwnWordIsThrownWhenThePatienceIsOver() {
        SQLException last = away();

        assertThatThrownBy(() -> patience.call(() -> {
                    throw last;
                }))
                .isSameAs(last);
        assertThat(Duration.ofNanos(nanos.get())).isBetween(Duration.ofMinutes(2), Duration.ofSeconds(121));
    }

    @Test
    void whatWaitingCannotCureIsThrownAtOnce() {
        SQLException wrong = new SQLException("syntax", "42601");

        assertThatThrownBy(() -> patience.call(() -> {
                    calls.incrementAndGet();
                    throw wrong;
                }))
                .isSameAs(wrong);
        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08001", "57P01", "57P03", "40001", "40P01", "53300"})
    void statesOfADatabaseThatComesBack(String state) {
        assertThat(DatabasePatience.isAway(new SQLException("x", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "23505", "22P05", "53100", "28P01"})
    void statesThatWaitingDoesNotCure(String state) {
        assertThat(DatabasePatience.isAway(new SQLException("x", state))).isFalse();
    }

    private static SQLException away() {
        return new SQLException("connection refused", "08001");
    }
}
