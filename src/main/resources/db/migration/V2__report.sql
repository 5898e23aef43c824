-- What people and dashboards read. Every figure is computed from entry and attempt, so totals equal the detail.
-- The views run with their owner's rights: SELECT on this schema is all a reader needs.

create view report.run_overview as
select r.id                                                          as run_id,
       m.id                                                          as manifest_id,
       m.name                                                        as manifest,
       r.state,
       r.destination,
       r.started_at,
       r.finished_at,
       extract(epoch from coalesce(r.finished_at, now()) - r.started_at)::double precision as duration_seconds,
       r.exit_code,
       (select count(*) from tallyman.worker w where w.run_id = r.id) as workers,
       a.attempts,
       a.verified,
       a.unverified,
       a.failed,
       a.quarantined,
       a.adopted,
       a.retried,
       a.deferred,
       a.bytes
from tallyman.run r
join tallyman.manifest m on m.id = r.manifest_id
cross join lateral (
    select count(*)                                         as attempts,
           count(*) filter (where outcome = 'verified')     as verified,
           count(*) filter (where outcome = 'unverified')   as unverified,
           count(*) filter (where outcome = 'failed')       as failed,
           count(*) filter (where outcome = 'quarantined')  as quarantined,
           count(*) filter (where adopted)                  as adopted,
           count(*) filter (where outcome = 'retried')      as retried,
           count(*) filter (where outcome = 'deferred')     as deferred,
           coalesce(sum(bytes), 0)::bigint                  as bytes
    from tallyman.attempt
    where run_id = r.id
) a;

comment on view   report.run_overview                  is 'One row per run: when, by how many, and what it brought';
comment on column report.run_overview.run_id           is 'The run';
comment on column report.run_overview.manifest_id      is 'The manifest it works on';
comment on column report.run_overview.manifest         is 'Name of the manifest';
comment on column report.run_overview.state            is 'running, finished (nothing was left), stopped (work was left) or failed';
comment on column report.run_overview.destination      is 'Folder its files go to';
comment on column report.run_overview.started_at       is 'When its first worker joined';
comment on column report.run_overview.finished_at      is 'When its last worker left; null while running';
comment on column report.run_overview.duration_seconds is 'Seconds from start to finish, or to now while running';
comment on column report.run_overview.exit_code        is 'Exit code of the last worker to leave; null while running and where it died';
comment on column report.run_overview.workers          is 'Processes that took part';
comment on column report.run_overview.attempts         is 'Tries made';
comment on column report.run_overview.verified         is 'Entries it settled as verified';
comment on column report.run_overview.unverified       is 'Entries it settled as unverified: whole, but nobody offers a checksum';
comment on column report.run_overview.failed           is 'Entries it settled as failed';
comment on column report.run_overview.quarantined      is 'Entries it settled as quarantined';
comment on column report.run_overview.adopted          is 'Tries that found the right file already there';
comment on column report.run_overview.retried          is 'Tries that failed, used up an attempt and were to be made again';
comment on column report.run_overview.deferred         is 'Tries that failed, used up no attempt and were to be made again';
comment on column report.run_overview.bytes            is 'Body bytes received over the network, failed tries included';

create view report.manifest_progress as
select m.id   as manifest_id,
       m.name as manifest,
       m.store,
       m.destination,
       m.imported_at,
       e.entries,
       e.pending,
       e.leased,
       e.verified,
       e.unverified,
       e.failed,
       e.quarantined,
       e.expected_bytes,
       e.landed_bytes,
       e.last_finished_at
from tallyman.manifest m
cross join lateral (
    select count(*)                                          as entries,
           count(*) filter (where state = 'pending')         as pending,
           count(*) filter (where state = 'leased')          as leased,
           count(*) filter (where state = 'verified')        as verified,
           count(*) filter (where state = 'unverified')      as unverified,
           count(*) filter (where state = 'failed')          as failed,
           count(*) filter (where state = 'quarantined')     as quarantined,
           coalesce(sum(size_bytes), 0)::bigint              as expected_bytes,
           coalesce(sum(actual_size_bytes)
               filter (where state in ('verified', 'unverified')), 0)::bigint as landed_bytes,
           max(finished_at)                                  as last_finished_at
    from tallyman.entry
    where manifest_id = m.id
) e;

comment on view   report.manifest_progress                  is 'One row per manifest: its entries by state';
comment on column report.manifest_progress.manifest_id      is 'The manifest';
comment on column report.manifest_progress.manifest         is 'Name of the manifest';
comment on column report.manifest_progress.store            is 'Name of its store; null for the default store';
comment on column report.manifest_progress.destination      is 'Folder its files go to unless a run says otherwise';
comment on column report.manifest_progress.imported_at      is 'When rows were last imported into it';
comment on column report.manifest_progress.entries          is 'All entries';
comment on column report.manifest_progress.pending          is 'Entries waiting';
comment on column report.manifest_progress.leased           is 'Entries held by a worker';
comment on column report.manifest_progress.verified         is 'Entries ashore of which every checksum holds';
comment on column report.manifest_progress.unverified       is 'Entries ashore and whole, for which nobody offers a checksum';
comment on column report.manifest_progress.failed           is 'Entries for which trying again cannot help';
comment on column report.manifest_progress.quarantined      is 'Entries out of attempts, or that killed their worker';
comment on column report.manifest_progress.expected_bytes   is 'Sum of the sizes the manifest gives';
comment on column report.manifest_progress.landed_bytes     is 'Sum of the sizes of the files ashore';
comment on column report.manifest_progress.last_finished_at is 'When an entry last reached a final state';

create view report.failures_by_kind as
select a.run_id,
       m.id                                  as manifest_id,
       m.name                                as manifest,
       a.failure_kind,
       count(*)                              as attempts,
       count(distinct a.entry_id)            as entries,
       count(*) filter (where a.final)       as final,
       max(a.finished_at)                    as last_at
from tallyman.attempt a
left join tallyman.manifest m on m.id = a.manifest_id
where a.failure_kind is not null
group by a.run_id, m.id, m.name, a.failure_kind;

comment on view   report.failures_by_kind              is 'Failed tries of each run by kind';
comment on column report.failures_by_kind.run_id       is 'The run';
comment on column report.failures_by_kind.manifest_id  is 'The manifest; null where it was removed';
comment on column report.failures_by_kind.manifest     is 'Name of the manifest; null where it was removed';
comment on column report.failures_by_kind.failure_kind is 'Stable name of the failure';
comment on column report.failures_by_kind.attempts     is 'Tries that ended so';
comment on column report.failures_by_kind.entries      is 'Entries that met it';
comment on column report.failures_by_kind.final        is 'Entries it settled as failed or quarantined';
comment on column report.failures_by_kind.last_at      is 'When it was last seen';

create view report.attempts as
select a.id            as attempt_id,
       a.run_id,
       a.manifest_id,
       m.name          as manifest,
       a.entry_id,
       a.key,
       a.version_id,
       a.number,
       a.started_at,
       a.finished_at,
       (extract(epoch from a.finished_at - a.started_at) * 1000)::bigint as duration_millis,
       a.bytes,
       a.http_status,
       a.request_id,
       a.outcome,
       a.final,
       a.adopted,
       a.failure_kind,
       a.error_code,
       a.message,
       a.worker_id,
       w.host
from tallyman.attempt a
left join tallyman.manifest m on m.id = a.manifest_id
left join tallyman.worker w on w.id = a.worker_id;

comment on view   report.attempts                 is 'Every try at every entry';
comment on column report.attempts.attempt_id      is 'Number of the try, growing';
comment on column report.attempts.run_id          is 'The run it was part of';
comment on column report.attempts.manifest_id     is 'The manifest of the entry';
comment on column report.attempts.manifest        is 'Name of the manifest; null where it was removed';
comment on column report.attempts.entry_id        is 'The entry; it may be gone from the manifest since';
comment on column report.attempts.key             is 'Key of the object; for an entry with a URL that URL without its signature';
comment on column report.attempts.version_id      is 'Version of the object; empty for the current one';
comment on column report.attempts.number          is 'Which try at the entry this was, from 1, counted since it was last imported anew';
comment on column report.attempts.started_at      is 'When it began, by the database''s clock';
comment on column report.attempts.finished_at     is 'When it ended, by the database''s clock';
comment on column report.attempts.duration_millis is 'Milliseconds from start to end';
comment on column report.attempts.bytes           is 'Body bytes received over the network';
comment on column report.attempts.http_status     is 'Status of the answer; null where none came';
comment on column report.attempts.request_id      is 'The store''s request id; null where none came';
comment on column report.attempts.outcome         is 'verified, unverified, failed or quarantined (final); retried or deferred (to be tried again)';
comment on column report.attempts.final           is 'Whether it settled the entry';
comment on column report.attempts.adopted         is 'Whether the right file was already there and nothing was downloaded';
comment on column report.attempts.failure_kind    is 'Stable name of the failure; null for verified and unverified';
comment on column report.attempts.error_code      is 'The store''s own error code; null where none came';
comment on column report.attempts.message         is 'The failure for people, one line';
comment on column report.attempts.worker_id       is 'The worker that tried';
comment on column report.attempts.host            is 'Host of that worker';
