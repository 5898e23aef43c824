package io.tallyman.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tables of awkward text in test resources: blanks part the columns, # starts a comment, escapes say what cannot be seen. */
public final class TextTable {
    private final String text;
    private int at;

    private TextTable(String text) {
        this.text = text;
    }

    /** A row as it is written, escapes and all. */
    public record Row(int line, List<String> cells) {}

    public static List<Row> rows(String resource) {
        try (InputStream stream = TextTable.class.getResourceAsStream(resource)) {
            List<String> lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<Row> rows = new ArrayList<>();
            for (int line = 1; line <= lines.size(); line++) {
                List<String> cells = List.of(lines.get(line - 1).split(" +"));
                if (!cells.get(0).isEmpty() && !cells.get(0).equals("#")) {
                    rows.add(new Row(line, cells));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a cell means: {@code \s} is a blank, {@code \t \n \r \0} are those, {@code \}{@code u{...}} is a character by its code point,
     * {@code \\} a backslash, {@code \{TEXT*COUNT}} a repetition.
     */
    public static String meaning(String cell) {
        return new TextTable(cell).read(false);
    }

    private String read(boolean repeated) {
        StringBuilder meaning = new StringBuilder();
        while (at < text.length() && !(repeated && text.charAt(at) == '*')) {
            char current = text.charAt(at++);
            if (current != '\\') {
                meaning.append(current);
                continue;
            }
            switch (text.charAt(at++)) {
                case 's' -> meaning.append(' ');
                case 't' -> meaning.append('\t');
                case 'n' -> meaning.append('\n');
                case 'r' -> meaning.append('\r');
                case '0' -> meaning.append('\0');
                case '\\' -> meaning.append('\\');
                case 'u' -> {
                    at++;
                    meaning.appendCodePoint(Integer.parseInt(untilBrace(), 16));
                }
                case '{' -> {
                    String part = read(true);
                    at++;
                    meaning.append(part.repeat(Integer.parseInt(untilBrace())));
                }
                default -> throw new IllegalArgumentException(text);
            }
        }
        return meaning.toString();
    }

    private String untilBrace() {
        int end = text.indexOf('}', at);
        String digits = text.substring(at, end);
        at = end + 1;
        return digits;
    }
}
