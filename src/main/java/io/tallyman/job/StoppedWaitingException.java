package io.tallyman.job;

import java.sql.SQLException;

/** The stop signal ended the wait for a database that is away. */
public final class StoppedWaitingException extends SQLException {
    private static final long serialVersionUID = 1L;

    private final Ending ending;

    public StoppedWaitingException(Ending ending, SQLException away) {
        super(away.getMessage(), away.getSQLState(), away);
        this.ending = ending;
    }

    /** What the signal was raised for. */
    public Ending ending() {
        return ending;
    }
}
