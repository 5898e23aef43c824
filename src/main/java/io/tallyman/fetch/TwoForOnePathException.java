package io.tallyman.fetch;

import io.tallyman.manifest.MeetingPaths;

/** Two URLs would be written to one path, or to two that are one file on some systems. */
public final class TwoForOnePathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient MeetingPaths paths;

    TwoForOnePathException(MeetingPaths paths) {
        super("URL " + paths.lastLine() + " would be written to the same file as URL " + paths.firstLine()
                + "; fetch them by themselves with -o, or give each a path in a manifest file (--from)");
        this.paths = paths;
    }

    MeetingPaths paths() {
        return paths;
    }
}
