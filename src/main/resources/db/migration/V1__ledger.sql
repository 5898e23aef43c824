-- The tables of the program. Everything here may change from release to release; what dashboards read is schema report.
-- All names are qualified, so that the migration does not depend on anybody's search_path.

create schema if not exists tallyman;
create schema if not exists report;

comment on schema tallyman is 'Tables of the program; may change with every release';
comment on schema report is 'Views for people and dashboards; only added to, never changed in meaning';

------------------------------------------------------------------------------------------------------------ manifest

create table tallyman.manifest (
    id          bigint generated always as identity primary key,
    name        text        not null unique
                check (char_length(name) between 1 and 200 and name !~ '[[:cntrl:]]'),
    store       text,
    destination text,
    source      text,
    created_at  timestamptz not null default now(),
    imported_at timestamptz
);

comment on table  tallyman.manifest             is 'A named list of objects to bring ashore';
comment on column tallyman.manifest.id          is 'Identity';
comment on column tallyman.manifest.name        is 'The name people use, 1 to 200 characters without control characters';
comment on column tallyman.manifest.store       is 'Name of the configured store its keys live in; null for the default store';
comment on column tallyman.manifest.destination is 'Folder its files go to unless a run says otherwise; null where never given';
comment on column tallyman.manifest.source      is 'Where the last import read its rows: a file name, or - for standard input';
comment on column tallyman.manifest.created_at  is 'When the manifest was first imported';
comment on column tallyman.manifest.imported_at is 'When rows were last imported into it';

----------------------------------------------------------------------------------------------------------------- run

create table tallyman.run (
    id          bigint generated always as identity primary key,
    manifest_id bigint      not null references tallyman.manifest on delete cascade,
    job_id      bigint,
    state       text        not null default 'running'
                check (state in ('running', 'finished', 'stopped', 'failed')),
    destination text        not null,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    exit_code   int,
    check ((state = 'running') = (finished_at is null))
);

-- Any number of processes may run a manifest at once, and all of them are workers of its one running run.
create unique index run_running on tallyman.run (manifest_id) where state = 'running';
create index run_manifest on tallyman.run (manifest_id, started_at);

comment on table  tallyman.run             is 'One execution of a manifest, by one or many workers';
comment on column tallyman.run.id          is 'Identity';
comment on column tallyman.run.manifest_id is 'The manifest it works on';
comment on column tallyman.run.job_id      is 'The job that fired it; null for a run started by hand';
comment on column tallyman.run.state       is 'running, finished (nothing was left), stopped (work was left) or failed';
comment on column tallyman.run.destination is 'Folder the files of this run go to';
comment on column tallyman.run.started_at  is 'When its first worker joined';
comment on column tallyman.run.finished_at is 'When its last worker left, or when it was found dead; null while running';
comment on column tallyman.run.exit_code   is 'Exit code of the last worker to leave; null while running and where it died';

-------------------------------------------------------------------------------------------------------------- worker

create table tallyman.worker (
    id           bigint generated always as identity primary key,
    run_id       bigint      not null references tallyman.run on delete cascade,
    host         text        not null,
    pid          bigint      not null,
    machine      text        not null,
    process      text        not null,
    version      text        not null,
    started_at   timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    stopped_at   timestamptz,
    lost         boolean     not null default false,
    check (stopped_at is not null or not lost)
) with (fillfactor = 50);

create index worker_run on tallyman.worker (run_id);
create index worker_running on tallyman.worker (machine) where stopped_at is null;

comment on table  tallyman.worker              is 'One process taking part in a run';
comment on column tallyman.worker.id           is 'Identity';
comment on column tallyman.worker.run_id       is 'The run it takes part in';
comment on column tallyman.worker.host         is 'Host name, for people';
comment on column tallyman.worker.pid          is 'Process id as the process itself sees it';
comment on column tallyman.worker.machine      is 'Host name, boot and process-id namespace: where this is equal, pid and process tell whether it still lives';
comment on column tallyman.worker.process      is 'Start time of the process as the operating system prints it; tells it from a later one with the same pid';
comment on column tallyman.worker.version      is 'Version of the program';
comment on column tallyman.worker.started_at   is 'When it joined the run';
comment on column tallyman.worker.heartbeat_at is 'Its last sign of life, by the database''s clock';
comment on column tallyman.worker.stopped_at   is 'When it left, or was declared lost; null while it lives';
comment on column tallyman.worker.lost         is 'Whether others declared it lost; what it held was taken back';

--------------------------------------------------------------------------------------------------------------- entry

create table tallyman.entry (
    id                 bigint generated always as identity primary key,
    manifest_id        bigint      not null references tallyman.manifest on delete cascade,

    state              text        not null default 'pending'
                       check (state in ('pending', 'leased', 'verified', 'unverified', 'failed', 'quarantined')),
    worker_id          bigint,
    lease_epoch        int         not null default 0,
    attempts           int         not null default 0 check (attempts >= 0),
    deferrals          int         not null default 0 check (deferrals >= 0),
    worker_deaths      int         not null default 0 check (worker_deaths >= 0),
    not_before         timestamptz,

    priority           int         not null default 0 check (priority > -2147483648),
    key                text        not null check (key <> ''),
    version_id         text        not null default '',
    url                text,
    path               text        not null check (path <> ''),
    size_bytes         bigint      check (size_bytes >= 0),
    crc64              numeric(20) check (crc64 >= 0 and crc64 <= 18446744073709551615),
    md5                text        check (md5 ~ '^[0-9a-f]{32}$'),
    sha1               text        check (sha1 ~ '^[0-9a-f]{40}$'),
    sha256             text        check (sha256 ~ '^[0-9a-f]{64}$'),
    sha512             text        check (sha512 ~ '^[0-9a-f]{128}$'),
    expires_seconds    int         check (expires_seconds > 0),
    headers            jsonb,
    additional_headers text[],
    params             jsonb,
    labels             jsonb,

    finished_at        timestamptz,
    run_id             bigint,
    actual_size_bytes  bigint,
    actual_crc64       numeric(20),
    etag               text,
    failure_kind       text,
    failure_message    text,

    constraint entry_object unique (manifest_id, key, version_id),
    -- Deferrable so that a newer file may swap the paths of two entries in one statement.
    constraint entry_path unique (manifest_id, path) deferrable initially immediate,
    constraint entry_lease_has_worker check ((state = 'leased') = (worker_id is not null)),
    constraint entry_final_has_time check ((state in ('pending', 'leased')) = (finished_at is null))
) with (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05
);

-- The order of claims. The expression is -priority, so that one row comparison serves as the moving bound.
create index entry_claimable on tallyman.entry (manifest_id, (-priority), id) where state = 'pending';
create index entry_suspect on tallyman.entry (manifest_id, (-priority), id) where state = 'pending' and worker_deaths > 0;
create index entry_leased on tallyman.entry (worker_id) where state = 'leased';

comment on table  tallyman.entry                    is 'One object of a manifest: what is expected of it, who holds it now, and what became of it';
comment on column tallyman.entry.id                 is 'Identity; entries of one import are numbered in the order of the file';
comment on column tallyman.entry.manifest_id        is 'The manifest it belongs to';
comment on column tallyman.entry.state              is 'pending, leased, verified, unverified, failed or quarantined; the last four are final';
comment on column tallyman.entry.worker_id          is 'The worker that holds it; null unless leased';
comment on column tallyman.entry.lease_epoch        is 'Grows with every lease and fences the holder of an earlier one';
comment on column tallyman.entry.attempts           is 'Attempts used up so far';
comment on column tallyman.entry.deferrals          is 'Attempts that did not count: throttled, URL expired';
comment on column tallyman.entry.worker_deaths      is 'How often the worker holding it died; above 0 it is a suspect, of which a worker holds one at a time';
comment on column tallyman.entry.not_before         is 'Not claimed earlier than this; null for at once';
comment on column tallyman.entry.priority           is 'Higher is claimed first';
comment on column tallyman.entry.key                is 'The object''s key; for an entry with a url that URL without the parameters of its signature';
comment on column tallyman.entry.version_id         is 'The object''s version; empty for the current one';
comment on column tallyman.entry.url                is 'A URL signed by somebody else. A bearer secret: whoever reads it can read the object. In no view and no log; null where the program signs';
comment on column tallyman.entry.path               is 'Where the file goes, relative to the destination; checked when imported';
comment on column tallyman.entry.size_bytes         is 'Expected size in bytes; null where the manifest does not say';
comment on column tallyman.entry.crc64              is 'Expected CRC-64/XZ, unsigned; null where the manifest does not say';
comment on column tallyman.entry.md5                is 'Expected MD5, lower-case hex; null where the manifest does not say';
comment on column tallyman.entry.sha1               is 'Expected SHA-1, lower-case hex; null where the manifest does not say';
comment on column tallyman.entry.sha256             is 'Expected SHA-256, lower-case hex; null where the manifest does not say';
comment on column tallyman.entry.sha512             is 'Expected SHA-512, lower-case hex; null where the manifest does not say';
comment on column tallyman.entry.expires_seconds    is 'Lifetime of its presigned URLs in seconds; null for the default';
comment on column tallyman.entry.headers            is 'Request headers to sign and send, by name; null for none';
comment on column tallyman.entry.additional_headers is 'Names of further headers to sign; null for none';
comment on column tallyman.entry.params             is 'Query parameters to sign, by name; null for none';
comment on column tallyman.entry.labels             is 'Labels of the manifest file, by name without the prefix label.; null for none';
comment on column tallyman.entry.finished_at        is 'When its final state was reached; null before';
comment on column tallyman.entry.run_id             is 'The run that brought its final state; null before';
comment on column tallyman.entry.actual_size_bytes  is 'Size in bytes of the file brought ashore';
comment on column tallyman.entry.actual_crc64       is 'CRC-64/XZ computed over the file brought ashore, unsigned';
comment on column tallyman.entry.etag               is 'ETag the store gave';
comment on column tallyman.entry.failure_kind       is 'Why it is failed or quarantined; while pending, why the last attempt failed';
comment on column tallyman.entry.failure_message    is 'The same for people, one line';

------------------------------------------------------------------------------------------------------------- attempt

create sequence tallyman.attempt_id as bigint;
comment on sequence tallyman.attempt_id is 'Numbers attempts over all partitions';

-- No foreign keys: attempts outlive their entries, and partitions are dropped as a whole.
create table tallyman.attempt (
    id           bigint      not null default nextval('tallyman.attempt_id'),
    entry_id     bigint      not null,
    lease_epoch  int         not null,
    manifest_id  bigint      not null,
    run_id       bigint      not null,
    worker_id    bigint      not null,
    key          text        not null,
    version_id   text        not null,
    number       int         not null,
    started_at   timestamptz not null,
    finished_at  timestamptz not null,
    bytes        bigint      not null check (bytes >= 0),
    http_status  int,
    request_id   text,
    outcome      text        not null
                 check (outcome in ('verified', 'unverified', 'failed', 'quarantined', 'retried', 'deferred')),
    adopted      boolean     not null default false,
    final        boolean     not null
                 generated always as (outcome in ('verified', 'unverified', 'failed', 'quarantined')) stored,
    failure_kind text,
    error_code   text,
    message      text,
    check ((outcome in ('verified', 'unverified')) = (failure_kind is null)),
    -- One lease ends in at most one attempt.
    primary key (entry_id, lease_epoch, started_at)
) partition by range (started_at);

create index attempt_run on tallyman.attempt (run_id);

create table tallyman.attempt_default partition of tallyman.attempt default;

comment on table  tallyman.attempt_default      is 'Attempts of days without a partition of their own; ensure_attempt_partitions moves them out';
comment on table  tallyman.attempt              is 'Every try at every entry; append-only, one partition a day (UTC)';
comment on column tallyman.attempt.id           is 'Number, growing';
comment on column tallyman.attempt.entry_id     is 'The entry tried; it may be gone from the manifest since';
comment on column tallyman.attempt.lease_epoch  is 'The lease under which it was tried';
comment on column tallyman.attempt.manifest_id  is 'The manifest of the entry';
comment on column tallyman.attempt.run_id       is 'The run it was part of';
comment on column tallyman.attempt.worker_id    is 'The worker that tried';
comment on column tallyman.attempt.key          is 'The entry''s key at the time';
comment on column tallyman.attempt.version_id   is 'The entry''s version at the time; empty for the current one';
comment on column tallyman.attempt.number       is 'Which try at the entry this was, from 1, counted since it was last imported anew';
comment on column tallyman.attempt.started_at   is 'When it began, by the database''s clock; for a dead worker its last sign of life';
comment on column tallyman.attempt.finished_at  is 'When it ended, by the database''s clock';
comment on column tallyman.attempt.bytes        is 'Body bytes received over the network';
comment on column tallyman.attempt.http_status  is 'Status of the answer; null where none came';
comment on column tallyman.attempt.request_id   is 'The store''s request id; null where none came';
comment on column tallyman.attempt.outcome      is 'verified, unverified, failed or quarantined (final); retried or deferred (to be tried again)';
comment on column tallyman.attempt.adopted      is 'Whether the right file was already there and nothing was downloaded';
comment on column tallyman.attempt.final        is 'Whether it settled the entry';
comment on column tallyman.attempt.failure_kind is 'Stable name of the failure; null for verified and unverified';
comment on column tallyman.attempt.error_code   is 'The store''s own error code; null where none came';
comment on column tallyman.attempt.message      is 'The failure for people, one line, without URLs and secrets';

-- Makes the partitions of the given days (UTC) where they are missing, and moves rows of those days out of the default
-- partition. A partition is made aside and attached, so that readers of other partitions are not locked out; whoever cannot
-- have the locks soon gives up, for the default partition takes the rows meanwhile.
create function tallyman.ensure_attempt_partitions(first_day date, days int) returns int
    language plpgsql
    set lock_timeout = '2s'
    as $$
declare
    today date;
    part  text;
    lower timestamptz;
    upper timestamptz;
    made  int := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('tallyman.attempt partitions', 0));
    for today in select first_day + n from generate_series(0, days - 1) as n loop
        part := 'attempt_' || to_char(today, 'YYYYMMDD');
        continue when to_regclass('tallyman.' || part) is not null;
        lower := today::timestamp at time zone 'UTC';
        upper := (today + 1)::timestamp at time zone 'UTC';
        -- A writer that has chosen the default partition already would be refused once another takes the day; one that
        -- has not begun waits. Days are made ahead, so this is for milliseconds once a day.
        lock table only tallyman.attempt in share row exclusive mode;
        lock table tallyman.attempt_default in access exclusive mode;
        execute format('create table tallyman.%I (like tallyman.attempt including defaults including constraints'
            ' including generated)', part);
        execute format('with moved as (delete from tallyman.attempt_default'
            ' where started_at >= %L and started_at < %L returning *)'
            ' insert into tallyman.%I (id, entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,'
            ' number, started_at, finished_at, bytes, http_status, request_id, outcome, adopted, failure_kind,'
            ' error_code, message)'
            ' select id, entry_id, lease_epoch, manifest_id, run_id, worker_id, key, version_id,'
            ' number, started_at, finished_at, bytes, http_status, request_id, outcome, adopted, failure_kind,'
            ' error_code, message from moved', lower, upper, part);
        execute format('alter table tallyman.attempt attach partition tallyman.%I for values from (%L) to (%L)',
            part, lower, upper);
        made := made + 1;
    end loop;
    return made;
end
$$;

comment on function tallyman.ensure_attempt_partitions(date, int) is
    'Makes the daily partitions of attempt for that many days; safe to call at any time and by many at once';
