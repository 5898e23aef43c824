-- How workers share what a store may be asked for, and what they were kept from and why.

alter table tallyman.worker
    add column store                      text,
    add column wanted_bytes_per_second    double precision,
    add column wanted_requests_per_second double precision;

create index worker_store on tallyman.worker (store) where stopped_at is null;

comment on column tallyman.worker.store                      is 'Name of the store whose limits it shares with other workers; null where that store has none';
comment on column tallyman.worker.wanted_bytes_per_second    is 'What it would use of the bytes a second, as of its last sign of life; null for all it can get';
comment on column tallyman.worker.wanted_requests_per_second is 'What it would use of the requests a second, as of its last sign of life; null for all it can get';

-- No foreign keys: events outlive what they tell of.
create table tallyman.event (
    id          bigint generated always as identity primary key,
    happened_at timestamptz not null,
    manifest_id bigint,
    run_id      bigint,
    worker_id   bigint,
    kind        text        not null,
    subject     text        not null,
    message     text        not null
);

create index event_run on tallyman.event (run_id);

comment on table  tallyman.event             is 'What happened to runs besides attempts: why less was asked of an endpoint, or nothing could be written';
comment on column tallyman.event.id          is 'Identity';
comment on column tallyman.event.happened_at is 'When, by the clock of the worker''s machine';
comment on column tallyman.event.manifest_id is 'The manifest that was worked on; null where it has to do with none';
comment on column tallyman.event.run_id      is 'The run it happened to; null where it has to do with none';
comment on column tallyman.event.worker_id   is 'The worker it happened to; null where it has to do with none';
comment on column tallyman.event.kind        is 'throttled, recovered, opened, closed (of an endpoint), disk_full, disk_free, too_many_files';
comment on column tallyman.event.subject     is 'The endpoint or folder it has to do with';
comment on column tallyman.event.message     is 'The same for people, one line';
