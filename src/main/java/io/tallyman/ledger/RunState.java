package io.tallyman.ledger;

import java.util.Locale;

/** What a run is at. */
public enum RunState {
    /** A worker takes part, or took part and was not yet found dead. */
    RUNNING,
    /** Nothing was left to do. */
    FINISHED,
    /** Work was left: a window closed, a signal came, the last worker died. */
    STOPPED,
    /** An error ended it. */
    FAILED;

    /** The name in tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
