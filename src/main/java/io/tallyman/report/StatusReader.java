package io.tallyman.report;

import io.quarkus.hibernate.orm.panache.Panache;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Reads the stable views of the {@code report} schema. Shows what was committed when it looked. */
@ApplicationScoped
public class StatusReader {
    /** The manifests by name; only the named one where a name is given, none where there is no such manifest. */
    @Transactional
    public List<ManifestStatus> manifests(@Nullable String name) {
        return select(ManifestStatus.class, """
                select manifest, store, destination, imported_at, entries, pending, leased, verified, unverified, failed,
                       quarantined, expected_bytes, landed_bytes
                from report.manifest_progress
                where manifest = coalesce(cast(:name as text), manifest)
                order by manifest
                """, name, Integer.MAX_VALUE);
    }

    /** The latest runs, newest first; only those of the named manifest where a name is given. */
    @Transactional
    public List<RunStatus> latestRuns(@Nullable String manifest, int limit) {
        return select(RunStatus.class, """
                select run_id, manifest, state, started_at, finished_at, exit_code, workers, attempts, verified, unverified,
                       failed, quarantined, adopted, retried, deferred, bytes
                from report.run_overview
                where manifest = coalesce(cast(:name as text), manifest)
                order by run_id desc
                """, manifest, limit);
    }

    /** What went wrong in the newest run of a manifest, most frequent first. */
    @Transactional
    public List<FailureStatus> failuresOfNewestRun(String manifest) {
        return select(FailureStatus.class, """
                select run_id, failure_kind, attempts, entries, final
                from report.failures_by_kind
                where run_id = (select max(run_id) from report.run_overview where manifest = :name)
                order by attempts desc, failure_kind
                """, manifest, Integer.MAX_VALUE);
    }

    private <T> List<T> select(Class<T> record, String sql, @Nullable String name, int limit) {
        // Asked for and not injected: commands without a database start with the entity manager inactive.
        return Panache.getEntityManager()
                .unwrap(Session.class)
                .createNativeQuery(sql, record)
                .setParameter("name", name)
                .setMaxResults(limit)
                .getResultList();
    }
}
