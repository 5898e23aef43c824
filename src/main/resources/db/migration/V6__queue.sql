-- The work still to be done, in a narrow table of its own: a claim rewrites some eighty bytes in place and no index, and an
-- entry is written when it is imported and when it is final.

create table tallyman.queue (
    entry_id      bigint      not null primary key,
    manifest_id   bigint      not null,
    worker_id     bigint,
    not_before    timestamptz,
    priority      int         not null check (priority > -2147483648),
    lease_epoch   int         not null default 0,
    attempts      int         not null default 0,
    deferrals     int         not null default 0,
    worker_deaths int         not null default 0
) with (
    -- Room in each page for what a claim writes; without it the claim would have to change the indexes too.
    fillfactor = 45,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0
);

-- The order of claims. No column of it changes with a claim or a recording, and it has no predicate that does. The expression is
-- -priority, so that one row comparison serves as the moving bound. Suspects come after all others and are found at once.
create index queue_order on tallyman.queue (manifest_id, worker_deaths, (-priority), entry_id);

comment on table  tallyman.queue               is 'What is left to do: one row for each entry that is not final, written by every claim. Whoever changes an entry locks its row here first; rows are locked in the order of their ids';
comment on column tallyman.queue.entry_id      is 'The entry';
comment on column tallyman.queue.manifest_id   is 'The manifest it belongs to';
comment on column tallyman.queue.worker_id     is 'The worker that holds it: the entry is leased; null where it is pending';
comment on column tallyman.queue.not_before    is 'Not claimed earlier than this; null for at once';
comment on column tallyman.queue.priority      is 'The entry''s priority; higher is claimed first';
comment on column tallyman.queue.lease_epoch   is 'Grows with every lease and fences the holder of an earlier one';
comment on column tallyman.queue.attempts      is 'Attempts used up so far';
comment on column tallyman.queue.deferrals     is 'Attempts that did not count: throttled, URL expired';
comment on column tallyman.queue.worker_deaths is 'How often the worker holding it died; above 0 it is a suspect, of which a worker holds one at a time';

insert into tallyman.queue (entry_id, manifest_id, worker_id, not_before, priority, lease_epoch, attempts, deferrals,
    worker_deaths)
select id, manifest_id, worker_id, not_before, priority, lease_epoch, attempts, deferrals, worker_deaths
from tallyman.entry
where state in ('pending', 'leased')
order by id;

---------------------------------------------------------------------------------------------------------------- entry

drop index tallyman.entry_claimable;
drop index tallyman.entry_suspect;
drop index tallyman.entry_leased;

alter table tallyman.entry drop constraint entry_lease_has_worker;
alter table tallyman.entry drop constraint entry_final_has_time;
alter table tallyman.entry drop constraint entry_state_check;
update tallyman.entry set state = 'pending' where state = 'leased';
alter table tallyman.entry
    add constraint entry_state_check check (state in ('pending', 'verified', 'unverified', 'failed', 'quarantined')),
    add constraint entry_final_has_time check ((state = 'pending') = (finished_at is null)),
    drop column worker_id,
    drop column worker_deaths,
    drop column not_before,
    -- No index knows the state: with room in the page a final state changes none.
    set (fillfactor = 40);

comment on table  tallyman.entry             is 'One object of a manifest: what is expected of it, and what became of it';
comment on column tallyman.entry.state       is 'pending while the entry is in the queue, where its row tells whether it is leased; else final: verified, unverified, failed or quarantined';
comment on column tallyman.entry.lease_epoch is 'The lease under which the final state was reached; while pending, the queue tells';
comment on column tallyman.entry.attempts    is 'Attempts used up when the final state was reached; while pending, the queue tells';
comment on column tallyman.entry.deferrals   is 'Attempts that did not count until the final state was reached; while pending, the queue tells';

-- In place of a foreign key, which would check every imported row by itself.
create function tallyman.leave_queue() returns trigger
    language plpgsql
    as $$
begin
    delete from tallyman.queue q using gone where q.entry_id = gone.id;
    return null;
end
$$;

comment on function tallyman.leave_queue() is 'An entry that is gone leaves the queue';

create trigger entry_gone after delete on tallyman.entry
    referencing old table as gone
    for each statement execute function tallyman.leave_queue();

create view tallyman.standing as
select e.id                                                        as entry_id,
       e.manifest_id,
       e.key,
       e.version_id,
       case when q.worker_id is null then e.state else 'leased' end as state,
       q.worker_id,
       q.not_before,
       coalesce(q.lease_epoch, e.lease_epoch)                      as lease_epoch,
       coalesce(q.attempts, e.attempts)                            as attempts,
       coalesce(q.deferrals, e.deferrals)                          as deferrals,
       coalesce(q.worker_deaths, 0)                                as worker_deaths
from tallyman.entry e
left join tallyman.queue q on q.entry_id = e.id;

comment on view   tallyman.standing               is 'How each entry stands: entry and queue together';
comment on column tallyman.standing.entry_id      is 'The entry';
comment on column tallyman.standing.manifest_id   is 'The manifest it belongs to';
comment on column tallyman.standing.key           is 'The object''s key; for an entry with a url that URL without the parameters of its signature';
comment on column tallyman.standing.version_id    is 'The object''s version; empty for the current one';
comment on column tallyman.standing.state         is 'pending, leased, verified, unverified, failed or quarantined; the last four are final';
comment on column tallyman.standing.worker_id     is 'The worker that holds it; null unless leased';
comment on column tallyman.standing.not_before    is 'Not claimed earlier than this; null for at once and for final states';
comment on column tallyman.standing.lease_epoch   is 'Its current lease, or the last one';
comment on column tallyman.standing.attempts      is 'Attempts used up so far';
comment on column tallyman.standing.deferrals     is 'Attempts that did not count';
comment on column tallyman.standing.worker_deaths is 'How often the worker holding it died; 0 for final states';

--------------------------------------------------------------------------------------------------------------- worker

alter table tallyman.worker add column released_at timestamptz;

update tallyman.worker w set released_at = stopped_at
where stopped_at is not null and not exists (select from tallyman.queue q where q.worker_id = w.id);

-- Nobody can find a worker's leases without reading the queue; this says for which workers that is worth it.
create index worker_unreleased on tallyman.worker (id) where stopped_at is not null and released_at is null;

comment on column tallyman.worker.released_at is 'When all it held had been given back or taken back; null before';

-------------------------------------------------------------------------------------------------------------- attempt

-- The attempts of a run lie together, and no key of this index is written with each of them.
drop index tallyman.attempt_run;
create index attempt_run on tallyman.attempt using brin (run_id) with (pages_per_range = 32, autosummarize = on);

---------------------------------------------------------------------------------------------------------------- views

create or replace view report.manifest_progress as
select m.id   as manifest_id,
       m.name as manifest,
       m.store,
       m.destination,
       m.imported_at,
       e.entries,
       e.pending - q.leased as pending,
       q.leased,
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
) e
cross join lateral (
    select count(*) as leased
    from tallyman.queue
    where manifest_id = m.id and worker_id is not null
) q;
