package io.tallyman.manifest;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/** The entries of a manifest in the database, read like the rows of a file. Safe for use by many threads. */
@Singleton
public class ManifestEntries {
    /** In one import the entries were numbered in the order of its file. */
    private static final String ENTRIES = """
            select e.key, e.url, e.version_id, e.path, e.priority, e.size_bytes, e.crc64, e.md5, e.sha1, e.sha256, e.sha512,
                   e.expires_seconds, e.headers, e.additional_headers, e.params
            from tallyman.entry e
            left join tallyman.queue q on q.entry_id = e.id
            where e.manifest_id = ? and case when q.worker_id is null then e.state else 'leased' end = any (?)
            order by e.id""";

    private static final String SIGNED_BY_OTHERS = """
            select exists (
                select from tallyman.entry e
                left join tallyman.queue q on q.entry_id = e.id
                where e.manifest_id = ? and case when q.worker_id is null then e.state else 'leased' end = any (?)
                  and e.url is not null)""";

    private static final int ROWS_AT_ONCE = 2_000;

    private final DataSource database;

    public ManifestEntries(DataSource database) {
        this.database = database;
    }

    /**
     * The entries in those states that have a key, in the order in which they were imported, as they stand when this is called:
     * later changes are not seen. The rows are counted from 1. Holds a connection, and no more than a few thousand rows, until
     * the reader is closed.
     *
     * @throws ManifestRefusedException where one of these entries holds a URL that others signed
     */
    public ManifestReader keys(Manifest manifest, Set<EntryState> states) throws SQLException {
        Connection connection = database.getConnection();
        try {
            // Only outside of auto-commit does the driver leave the rows in the server; the pool sets both back.
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            String source = "manifest " + manifest.name;
            try (PreparedStatement signed = statement(connection, SIGNED_BY_OTHERS, manifest, states);
                    ResultSet answer = signed.executeQuery()) {
                answer.next();
                if (answer.getBoolean(1)) {
                    throw new ManifestRefusedException(
                            source,
                            0,
                            "url",
                            "some of its entries hold URLs that others signed; only keys can be signed");
                }
            }
            PreparedStatement entries = statement(connection, ENTRIES, manifest, states);
            entries.setFetchSize(ROWS_AT_ONCE);
            return new EntryReader(source, connection, entries.executeQuery());
        } catch (Throwable failure) {
            try (connection) {
                throw failure;
            }
        }
    }

    private static PreparedStatement statement(
            Connection connection, String sql, Manifest manifest, Set<EntryState> states) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setLong(1, manifest.id);
        statement.setArray(
                2,
                connection.createArrayOf(
                        "text", states.stream().map(EntryState::toString).toArray()));
        return statement;
    }
}
