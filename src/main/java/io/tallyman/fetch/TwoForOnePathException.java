package io.tallyman.fetch;

/** Two URLs would be written to one path. */
public final class TwoForOnePathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long first;
    private final long second;
    private final String path;

    TwoForOnePathException(long first, long second, String path) {
        super("URL " + second + " would be written to the same file as URL " + first
                + "; fetch them by themselves with -o, or give each a path in a manifest file (--from)");
        this.first = first;
        this.second = second;
        this.path = path;
    }

    long second() {
        return second;
    }

    String reason() {
        return "line " + first + " goes to the same path, " + path.replaceAll("\\p{Cntrl}", "?");
    }
}
