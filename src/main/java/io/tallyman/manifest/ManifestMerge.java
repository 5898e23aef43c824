package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Makes a manifest's entries equal to the staged rows, set by set. Rows of the queue are locked first, in the order of their
 * ids, as the ledger does, so that an import and a recording do not wait for each other in a circle.
 */
final class ManifestMerge {
    /** The first row, in the order of the file, whose object an earlier row has already named. */
    static final String SAME_OBJECT = twice("key, version_id", "key");

    /** How many changed rows make the planner's picture of the table a wrong one. */
    private static final long WORTH_ANALYZING = 1000;

    /**
     * A lease counts while its worker lives; what a dead one holds may go, for nothing can be recorded for it any more. An entry
     * that is gone leaves the queue by a trigger.
     */
    private static final String GONE = """
            with gone as materialized (
                select e.id
                from tallyman.entry e
                where e.manifest_id = ?
                  and not exists (select from staged s where s.key = e.key and s.version_id = e.version_id)
            ), held as materialized (
                select q.entry_id, q.worker_id
                from tallyman.queue q
                join gone on gone.id = q.entry_id
                order by q.entry_id
                for update of q
            ), locked as materialized (
                select e.id, held.worker_id
                from gone
                left join held on held.entry_id = gone.id
                join tallyman.entry e on e.id = gone.id
                order by e.id
                for update of e
            ), removed as (
                delete from tallyman.entry e using locked where e.id = locked.id
                returning e.key, locked.worker_id
            )
            select count(*) as gone, min(removed.key) filter (where w.id is not null) as held
            from removed
            left join tallyman.worker w
                on w.id = removed.worker_id and w.stopped_at is null and w.heartbeat_at > now() - interval '45 seconds'""";

    /**
     * What describes the bytes or where they go makes an entry pending again; a priority, a label or a lifetime does not, and
     * a URL signed anew is not even a change. One that was held is fenced by a new epoch.
     */
    private static final String CHANGED = """
            with described as (
                select e.id, s.line,
                       (e.path, e.size_bytes, e.crc64, e.md5, e.sha1, e.sha256, e.sha512,
                        e.headers, e.additional_headers, e.params)
                       is distinct from
                       (s.path, s.size_bytes, s.crc64, s.md5, s.sha1, s.sha256, s.sha512,
                        s.headers, s.additional_headers, s.params) as anew,
                       (e.priority, e.expires_seconds, e.labels)
                       is distinct from
                       (s.priority, s.expires_seconds, s.labels) as renamed,
                       e.url is distinct from s.url as signed_anew
                from tallyman.entry e
                join staged s on s.key = e.key and s.version_id = e.version_id
                where e.manifest_id = ?
            ), differing as materialized (
                select id, line, anew, renamed from described where anew or renamed or signed_anew
            ), held as materialized (
                select q.entry_id
                from tallyman.queue q
                join differing on differing.id = q.entry_id
                order by q.entry_id
                for update of q
            ), locked as materialized (
                select d.id, d.line, d.anew, d.renamed
                from differing d
                left join held on held.entry_id = d.id
                join tallyman.entry e on e.id = d.id
                order by d.id
                for update of e
            ), updated as (
                update tallyman.entry e
                set path = s.path, size_bytes = s.size_bytes, crc64 = s.crc64, md5 = s.md5, sha1 = s.sha1,
                    sha256 = s.sha256, sha512 = s.sha512, headers = s.headers,
                    additional_headers = s.additional_headers, params = s.params,
                    priority = s.priority, expires_seconds = s.expires_seconds, labels = s.labels, url = s.url,
                    state = case when d.anew then 'pending' else e.state end,
                    attempts = case when d.anew then 0 else e.attempts end,
                    deferrals = case when d.anew then 0 else e.deferrals end,
                    finished_at = case when d.anew then null else e.finished_at end,
                    run_id = case when d.anew then null else e.run_id end,
                    actual_size_bytes = case when d.anew then null else e.actual_size_bytes end,
                    actual_crc64 = case when d.anew then null else e.actual_crc64 end,
                    etag = case when d.anew then null else e.etag end,
                    failure_kind = case when d.anew then null else e.failure_kind end,
                    failure_message = case when d.anew then null else e.failure_message end
                from locked d
                join staged s on s.line = d.line
                where e.id = d.id
                returning e.id, e.manifest_id, e.priority, e.lease_epoch, d.anew, d.renamed
            ), queued as (
                insert into tallyman.queue as q (entry_id, manifest_id, priority, lease_epoch)
                select id, manifest_id, priority, lease_epoch from updated where anew order by id
                on conflict (entry_id) do update
                set priority = excluded.priority,
                    lease_epoch = case when q.worker_id is null then q.lease_epoch else q.lease_epoch + 1 end,
                    worker_id = null, not_before = null, attempts = 0, deferrals = 0, worker_deaths = 0
            ), reordered as (
                update tallyman.queue q set priority = u.priority
                from updated u
                where q.entry_id = u.id and not u.anew and q.priority <> u.priority
            )
            select count(*) filter (where anew or renamed) from updated""";

    private static final String ADDED = """
            with added as (
                insert into tallyman.entry (manifest_id, key, version_id, url, path, size_bytes, crc64, md5, sha1, sha256,
                    sha512, priority, expires_seconds, headers, additional_headers, params, labels)
                select ?, key, version_id, url, path, size_bytes, crc64, md5, sha1, sha256,
                    sha512, priority, expires_seconds, headers, additional_headers, params, labels
                from staged s
                where not exists (
                    select from tallyman.entry e
                    where e.manifest_id = ? and e.key = s.key and e.version_id = s.version_id)
                order by s.line
                returning id, manifest_id, priority
            )
            insert into tallyman.queue (entry_id, manifest_id, priority) select id, manifest_id, priority from added""";

    private ManifestMerge() {}

    static ImportSummary merge(Connection connection, long manifestId, String file) throws SQLException {
        // Gone, changed, added: each makes room for the paths of the next.
        long gone = removeGone(connection, manifestId, file);
        long changed = one(connection, CHANGED, manifestId);
        long added = insertAdded(connection, manifestId);
        if (added + changed + gone > WORTH_ANALYZING) {
            try (Statement statement = connection.createStatement()) {
                // Where the user may not, the server says so in a warning and goes on.
                statement.execute("analyze tallyman.entry, tallyman.queue");
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet staged = statement.executeQuery(
                        "select count(*) as entries, coalesce(sum(size_bytes), 0)::bigint as bytes from staged")) {
            staged.next();
            long unchanged = staged.getLong("entries") - added - changed;
            return new ImportSummary(manifestId, added, changed, unchanged, gone, staged.getLong("bytes"));
        }
    }

    private static long removeGone(Connection connection, long manifestId, String file) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GONE)) {
            statement.setLong(1, manifestId);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                String held = result.getString("held");
                if (held != null) {
                    throw new ManifestRefusedException(
                            file,
                            0,
                            null,
                            quoted(held) + " is not in the file, and a run is transferring it now;"
                                    + " import again when the run has ended, or stop it first");
                }
                return result.getLong("gone");
            }
        }
    }

    private static long insertAdded(Connection connection, long manifestId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADDED)) {
            statement.setLong(1, manifestId);
            statement.setLong(2, manifestId);
            return statement.executeLargeUpdate();
        }
    }

    private static long one(Connection connection, String sql, long manifestId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, manifestId);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private static String twice(String columns, String named) {
        return """
            select line, earlier_line, named
            from (
                select line, %2$s as named,
                       min(line) over (partition by %1$s) as earlier_line
                from staged
            ) numbered
            where line > earlier_line
            order by line
            limit 1""".formatted(columns, named);
    }
}
