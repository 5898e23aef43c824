package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import io.tallyman.transfer.CaseTwins;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Two paths of one list that would meet on disk.
 *
 * @param other where they are one file the earlier row
 * @param below whether the row's path needs a folder where the other has a file; else they are the same or twins ({@link CaseTwins})
 */
public record MeetingPaths(Place row, Place other, boolean below) {
    private static final String REMEDY = "; give one of them another path";

    /** A row's line and its path. */
    public record Place(long line, String path) {}

    /** Of all pairs in the list the one that ends first; the rows' lines grow. */
    public static Optional<MeetingPaths> firstOf(List<ManifestRow> rows, CaseTwins twins) {
        record Folded(String path, ManifestRow row) {
            Place place() {
                return new Place(row.line(), row.path());
            }
        }
        List<Folded> sorted = rows.stream()
                .map(row -> new Folded(twins.folded(row.path()), row))
                .sorted(Comparator.comparing(Folded::path)
                        .thenComparingLong(folded -> folded.row().line()))
                .toList();
        MeetingPaths first = null;
        for (int index = 1; index < sorted.size(); index++) {
            Folded row = sorted.get(index);
            Folded other = sorted.get(index - 1);
            boolean below = row.path().startsWith(other.path() + CaseTwins.SEPARATOR);
            if (below || row.path().equals(other.path())) {
                MeetingPaths pair = new MeetingPaths(row.place(), other.place(), below);
                first = first == null || pair.lastLine() < first.lastLine() ? pair : first;
            }
        }
        return Optional.ofNullable(first);
    }

    public long firstLine() {
        return Math.min(row.line(), other.line());
    }

    public long lastLine() {
        return Math.max(row.line(), other.line());
    }

    /** Why the later row is refused, with the earlier one's line and path, and what to do. */
    public String reason() {
        return (below ? ofFolder() : ofTwins()) + REMEDY;
    }

    private String ofFolder() {
        return row.line() > other.line()
                ? "%s needs a folder where line %d has a file, %s"
                        .formatted(quoted(row.path()), other.line(), quoted(other.path()))
                : "%s is a file where line %d, %s, needs a folder"
                        .formatted(quoted(other.path()), row.line(), quoted(row.path()));
    }

    private String ofTwins() {
        if (row.path().equals(other.path())) {
            return "%s is the same path as line %d".formatted(quoted(row.path()), other.line());
        }
        if (CaseTwins.areEquivalent(row.path(), other.path())) {
            return "%s and line %d, %s, are one name in two Unicode normal forms"
                    .formatted(quoted(row.path()), other.line(), quoted(other.path()));
        }
        return ("%s and line %d, %s, differ only in case, invisible characters, or dots and blanks at the end of a name,"
                        + " and are one file on some systems (tallyman.manifest.case-twins)")
                .formatted(quoted(row.path()), other.line(), quoted(other.path()));
    }
}
