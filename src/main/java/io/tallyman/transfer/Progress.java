package io.tallyman.transfer;

/** How far one process has come with its objects, for people who watch; any thread may read it at any time. */
public interface Progress {
    /** Objects that are to be brought to an end, as far as known. */
    long totalEntries();

    /** Objects brought to an end. */
    long finalEntries();

    /** Objects that failed for good. */
    long failedEntries();

    /** Attempts that were, or will be, followed by another. */
    long retries();

    /** Body bytes received, those of failed attempts included. */
    long bytes();
}
