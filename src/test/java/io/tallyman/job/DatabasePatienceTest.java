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
    private final StopSignal stop = new StopSignal();
    private final DatabasePatience patience = patience(Duration.ZERO);

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

    @Test
    void aStopEndsTheWaitAtItsNextLook() {
        // Given
        SQLException last = away();

        // When
        assertThatThrownBy(() -> patience.call(() -> {
                    if (calls.incrementAndGet() == 3) {
                        stop.raise(Ending.SIGNALLED);
                    }
                    throw last;
                }))
                .isInstanceOfSatisfying(
                        StoppedWaitingException.class,
                        stopped -> assertThat(stopped.ending()).isEqualTo(Ending.SIGNALLED))
                .hasCause(last);

        // Then
        assertThat(calls).hasValue(3);
    }

    @Test
    void afterAStopACallIsMadeAllTheSame() throws Exception {
        stop.raise(Ending.TIME_UP);

        assertThat(patience.call(() -> "there")).isEqualTo("there");
    }

    @Test
    void whatIsToBeLeftInOrderIsWaitedForAWhileAfterAStop() {
        // Given
        stop.raise(Ending.TIME_UP);

        // When
        assertThatThrownBy(() -> patience(Duration.ofSeconds(20)).call(() -> {
                    throw away();
                }))
                .isInstanceOf(StoppedWaitingException.class);

        // Then
        assertThat(Duration.ofNanos(nanos.get())).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    }

    @Test
    void whatWaitingCannotCureIsNoStop() {
        SQLException wrong = new SQLException("syntax", "42601");
        stop.raise(Ending.TIME_UP);

        assertThatThrownBy(() -> patience.call(() -> {
                    throw wrong;
                }))
                .isSameAs(wrong);
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

    private DatabasePatience patience(Duration afterStop) {
        return new DatabasePatience(Duration.ofMinutes(2), afterStop, stop, nanos::get, nanos::addAndGet);
    }

    private static SQLException away() {
        return new SQLException("connection refused", "08001");
    }
}
