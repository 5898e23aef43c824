package io.tallyman.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A manifest cannot be taken as it is; nothing of it was kept. The message is one line that says where and why, and never
 * quotes a URL, a header or a parameter, which may be secrets.
 */
public final class ManifestRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    private final String file;
    private final long line;
    private final @Nullable String column;
    private final String reason;

    /**
     * @param file the file's name as given, {@code -} for standard input
     * @param line counted from 1; 0 where no single line is to blame
     * @param column the column's name; null where no single column is to blame
     */
    public ManifestRefusedException(String file, long line, @Nullable String column, String reason) {
        super((file.equals("-") ? "standard input" : printable(file))
                + (line > 0 ? ":" + line : "")
                + ": "
                + (column == null ? "" : printable(column) + ": ")
                + reason);
        this.file = file;
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    public String file() {
        return file;
    }

    public long line() {
        return line;
    }

    public @Nullable String column() {
        return column;
    }

    public String reason() {
        return reason;
    }

    /** The text in double quotes, on one line and not too long, as reasons quote what they found. */
    static String quoted(String text) {
        return '"' + printable(text) + '"';
    }

    private static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST_QUOTE).forEach(point -> {
            switch (Character.getType(point)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> line.append(String.format("\\u%04x", point));
                default -> line.appendCodePoint(point);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST_QUOTE ? line + "..." : line.toString();
    }
}
