package io.tallyman.manifest;

import java.util.Locale;

/** The states of an entry, named as in the database. */
public enum EntryState {
    PENDING,
    LEASED,
    VERIFIED,
    UNVERIFIED,
    FAILED,
    QUARANTINED;

    /** The name in the database and on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
