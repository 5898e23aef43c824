package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a file the entries of a manifest: all of them in one transaction, or none. Memory does not grow with the
 * file. Imports of one manifest wait for each other; runs may go on meanwhile, and a worker that holds an entry whose bytes
 * the new file describes otherwise is fenced.
 */
@Singleton
public class ManifestImport {
    private final DataSource database;
    private final ManifestConfig config;

    public ManifestImport(DataSource database, ManifestConfig config) {
        this.database = database;
        this.config = config;
    }

    /**
     * Imports all rows of the reader, which stays open. Importing the same file again changes nothing.
     *
     * @throws ManifestRefusedException where a row is not as it should be, two rows name one object or meet in one path, or a row
     *     is gone whose object a run is transferring; nothing of the file is kept
     */
    public ImportSummary run(ManifestReader rows, ImportTarget target) throws IOException, SQLException {
        try (Connection connection = database.getConnection()) {
            // The pool sets it back when the connection returns.
            connection.setAutoCommit(false);
            try {
                ImportSummary summary = run(connection, rows, target);
                connection.commit();
                return summary;
            } catch (Throwable failure) {
                rollback(connection, failure);
                throw failure;
            }
        }
    }

    private ImportSummary run(Connection connection, ManifestReader rows, ImportTarget target)
            throws IOException, SQLException {
        long manifestId = manifest(connection, target, rows.file());
        try (Statement statement = connection.createStatement()) {
            statement.execute(StagedRows.TABLE);
            StagedRows.copy(connection, rows, config.caseTwins());
            statement.execute("analyze staged");
        }
        refuseSameObject(connection, rows.file());
        PathCollisions.refuse(connection, rows.file());
        return ManifestMerge.merge(connection, manifestId, rows.file());
    }

    /** The manifest's id; from here to the end of the transaction no other import of it gets further. */
    private static long manifest(Connection connection, ImportTarget target, String source) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "select pg_advisory_xact_lock(hashtextextended('tallyman.import ' || ?, 0))")) {
            lock.setString(1, target.name());
            lock.execute();
        }
        // Not ON CONFLICT: it would use up an identity value with every import.
        Long known = manifestId(connection, """
                update tallyman.manifest
                set source = ?, store = coalesce(?, store), destination = coalesce(?, destination), imported_at = now()
                where name = ?
                returning id""", source, target);
        Long id = known != null ? known : manifestId(connection, """
                        insert into tallyman.manifest (source, store, destination, name, imported_at)
                        values (?, ?, ?, ?, now())
                        returning id""", source, target);
        if (id == null) {
            throw new IllegalStateException("an insert returned no id");
        }
        return id;
    }

    private static @Nullable Long manifestId(Connection connection, String sql, String source, ImportTarget target)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, source);
            statement.setString(2, target.store());
            statement.setString(3, target.destination());
            statement.setString(4, target.name());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getLong("id") : null;
            }
        }
    }

    private static void refuseSameObject(Connection connection, String file) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet twice = statement.executeQuery(ManifestMerge.SAME_OBJECT)) {
            if (twice.next()) {
                throw new ManifestRefusedException(
                        file,
                        twice.getLong("line"),
                        ManifestColumn.KEY.label(),
                        "%s is the same object as line %d"
                                .formatted(quoted(twice.getString("named")), twice.getLong("earlier_line")));
            }
        }
    }

    private static void rollback(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
    }
}
