package io.tallyman.manifest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Looks for {@link MeetingPaths} among the staged rows, however many they are. Since these become all the manifest has, it also keeps the rows of a
 * newer file apart from those that stay.
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

    private PathCollisions() {}

    /** Throws ManifestRefusedException at the first of them, with both rows. */
    static void refuse(Connection connection, String file) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet pair = statement.executeQuery(FIRST)) {
            if (pair.next()) {
                MeetingPaths paths = new MeetingPaths(
                        new MeetingPaths.Place(pair.getLong("line"), pair.getString("path")),
                        new MeetingPaths.Place(pair.getLong("other_line"), pair.getString("other_path")),
                        pair.getBoolean("below"));
                throw new ManifestRefusedException(file, paths.lastLine(), ManifestColumn.PATH.label(), paths.reason());
            }
        }
    }
}
