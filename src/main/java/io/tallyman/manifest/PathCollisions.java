package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import io.tallyman.transfer.CaseTwins;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Two paths of one file that would meet on disk: the same path, twins (see {@link CaseTwins}), or a file where another path needs a folder.
 * Since the staged rows become all the manifest has, this also keeps the rows of a newer file apart from those that stay.
 */
final class PathCollisions {
    /**
     * In the order of the folded paths what meets is adjacent: equal ones, and a file followed by what lies below it, since the separator sorts
     * before all else. Of all pairs the one that ends first in the file.
     */
    private static final String FIRST = """
            select line, path, other_line, other_path, folded <> other_folded as below
            from (
                select line, path, folded,
                       lag(line) over ordered as other_line, lag(path) over ordered as other_path,
                       lag(folded) over ordered as other_folded
                from staged
                window ordered as (order by folded collate "C", line)
            ) neighbours
            where folded = other_folded or starts_with(folded, other_folded || E'\\x01')
            order by greatest(line, other_line), least(line, other_line)
            limit 1""";

    private static final String REMEDY = "; give one of them another path";

    private PathCollisions() {}

    /** Throws ManifestRefusedException at the first of them, with both rows. */
    static void refuse(Connection connection, String file) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet pair = statement.executeQuery(FIRST)) {
            if (pair.next()) {
                Row row = new Row(pair.getLong("line"), pair.getString("path"));
                Row other = new Row(pair.getLong("other_line"), pair.getString("other_path"));
                String reason = pair.getBoolean("below") ? below(row, other) : twins(row, other);
                throw new ManifestRefusedException(
                        file, Math.max(row.line(), other.line()), ManifestColumn.PATH.label(), reason + REMEDY);
            }
        }
    }

    private record Row(long line, String path) {}

    private static String below(Row row, Row fileAbove) {
        return row.line() > fileAbove.line()
                ? "%s needs a folder where line %d has a file, %s"
                        .formatted(quoted(row.path()), fileAbove.line(), quoted(fileAbove.path()))
                : "%s is a file where line %d, %s, needs a folder"
                        .formatted(quoted(fileAbove.path()), row.line(), quoted(row.path()));
    }

    private static String twins(Row row, Row earlier) {
        if (row.path().equals(earlier.path())) {
            return "%s is the same path as line %d".formatted(quoted(row.path()), earlier.line());
        }
        if (CaseTwins.areEquivalent(row.path(), earlier.path())) {
            return "%s and line %d, %s, are one name in two Unicode normal forms"
                    .formatted(quoted(row.path()), earlier.line(), quoted(earlier.path()));
        }
        return ("%s and line %d, %s, differ only in case, invisible characters, or dots and blanks at the end of a name,"
                        + " and are one file on some systems (tallyman.manifest.case-twins)")
                .formatted(quoted(row.path()), earlier.line(), quoted(earlier.path()));
    }
}
