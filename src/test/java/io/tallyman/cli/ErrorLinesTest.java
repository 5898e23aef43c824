package io.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.job.Ending;
import io.tallyman.job.StoppedWaitingException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ErrorLinesTest {
    private final SQLException away = new SQLException("connection refused", "08001");

    @Test
    void aDatabaseThatStayedAwayHasItsOwnExitCode() {
        assertThat(ErrorLines.failure(away)).isEqualTo(11);
    }

    @Test
    void aStopThatCameWhileTheDatabaseWasAwayEndsWithItsOwnExitCode() {
        assertThat(ErrorLines.failure(new StoppedWaitingException(Ending.TIME_UP, away)))
                .isEqualTo(5);
        assertThat(ErrorLines.failure(new StoppedWaitingException(Ending.SIGNALLED, away)))
                .isEqualTo(143);
    }
}
