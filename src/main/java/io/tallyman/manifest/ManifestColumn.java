package io.tallyman.manifest;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The columns a manifest file may have, besides {@code label.*}. */
public enum ManifestColumn {
    KEY,
    URL,
    VERSION_ID,
    SIZE,
    CRC64,
    MD5,
    SHA1,
    SHA256,
    SHA512,
    PATH,
    PRIORITY,
    EXPIRES,
    HEADERS,
    ADDITIONAL_HEADERS,
    PARAMS;

    /** What the name of a column starts with that is kept as a label. */
    public static final String LABEL_PREFIX = "label.";

    private static final Map<String, ManifestColumn> NAMED =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ManifestColumn::label, column -> column));

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name as files write it: lower case with underscores. */
    public String label() {
        return label;
    }

    /** The column of exactly that name; empty where there is none. */
    public static Optional<ManifestColumn> named(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    /** Why a name is no column, with the nearest one that is. */
    static String unknown(String name) {
        String wanted = name.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        ManifestColumn nearest = Arrays.stream(values())
                .min(Comparator.comparingInt(column -> distance(wanted, column.label())))
                .orElseThrow();
        String hint = distance(wanted, nearest.label()) <= 1 + nearest.label().length() / 3
                ? "did you mean " + nearest.label() + "?"
                : "columns of your own are named label.*";
        return "no such column; " + hint;
    }

    /** The edit distance of Levenshtein: insertions, deletions and replacements. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        Arrays.setAll(previous, index -> index);
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = previous[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
