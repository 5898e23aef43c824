-- What is on disk of entries that have not landed yet. The workers trust what lies beside the part files; this is for people.

create table tallyman.entry_part (
    entry_id     bigint      not null references tallyman.entry on delete cascade,
    offset_bytes bigint      not null check (offset_bytes >= 0),
    length_bytes bigint      not null check (length_bytes > 0),
    crc64        numeric(20) not null check (crc64 >= 0 and crc64 <= 18446744073709551615),
    etag         text        not null,
    recorded_at  timestamptz not null default now(),
    primary key (entry_id, offset_bytes)
);

comment on table  tallyman.entry_part              is 'Parts of large objects that are safely on disk and will not be fetched again, while the entry has not landed; small objects keep none';
comment on column tallyman.entry_part.entry_id     is 'The entry';
comment on column tallyman.entry_part.offset_bytes is 'Where in the object the part begins';
comment on column tallyman.entry_part.length_bytes is 'How long it is';
comment on column tallyman.entry_part.crc64        is 'CRC-64 (ECMA-182, reflected) of its bytes, unsigned decimal';
comment on column tallyman.entry_part.etag         is 'ETag of the object the part is of';
comment on column tallyman.entry_part.recorded_at  is 'When it was last found on disk so';
