-- Certificates of the archive: which rows left a table, where they are, and what proves it.

create table ops.archive (
    archive_id       uuid primary key,
    run_id           uuid not null,
    dataset          text not null,
    time_column      text not null,
    key_columns      text[] not null,
    day              date not null,
    cut_off_at       timestamptz not null,
    object           text not null unique,
    bytes            bigint not null,
    object_sha256    text not null,
    etag             text,
    row_count        bigint not null check (row_count > 0),
    first_at         timestamptz not null,
    last_at          timestamptz not null check (last_at < cut_off_at),
    rows_sha256      text not null,
    row_schema       jsonb not null,
    state            text not null default 'planned' check (state in ('planned', 'verified', 'deleted', 'discarded')),
    reason           text,
    planned_at       timestamptz not null default clock_timestamp(),
    verified_at      timestamptz,
    deleted_at       timestamptz,
    deleted_rows     bigint,
    discarded_at     timestamptz,
    restored_at      timestamptz,
    tested_at        timestamptz,
    check (state not in ('verified', 'deleted') or verified_at is not null and etag is not null),
    check ((state = 'deleted') = (deleted_at is not null)),
    check ((state = 'deleted') = (deleted_rows is not null)),
    check ((state = 'discarded') = (discarded_at is not null and reason is not null)),
    check (deleted_rows between 0 and row_count)
);
create index archive_by_day on ops.archive (dataset, day);
create index archive_open on ops.archive (dataset) where state in ('planned', 'verified');
comment on table ops.archive is 'One row per archived object: the certificate without which nothing is deleted. The same is in S3 beside the object, as JSON';
comment on column ops.archive.archive_id is 'Time-ordered UUID, in the name of the object';
comment on column ops.archive.run_id is 'Run that selected the rows and wrote the object';
comment on column ops.archive.dataset is 'Table the rows left';
comment on column ops.archive.time_column is 'Column that tells their age';
comment on column ops.archive.key_columns is 'Columns that are unique together';
comment on column ops.archive.day is 'Day of the rows in UTC: dt=… in the address';
comment on column ops.archive.cut_off_at is 'Rows before this instant were archived; one for the whole run';
comment on column ops.archive.object is 'Address of the Parquet object';
comment on column ops.archive.bytes is 'Its size';
comment on column ops.archive.object_sha256 is 'SHA-256 of its bytes, hexadecimal';
comment on column ops.archive.etag is 'ETag that S3 gave when it was read back';
comment on column ops.archive.row_count is 'Rows in it';
comment on column ops.archive.first_at is 'Smallest instant of the time column';
comment on column ops.archive.last_at is 'Largest instant of the time column';
comment on column ops.archive.rows_sha256 is 'SHA-256 over keys and values: of what PostgreSQL writes with COPY (select columns order by time column, key) TO STDOUT (FORMAT csv, NULL ''\N'', FORCE_QUOTE (text and jsonb columns)) in UTC';
comment on column ops.archive.row_schema is 'Columns in order: [{"name", "type"}]';
comment on column ops.archive.state is 'planned (the object may be missing or half-way), verified (read back and equal; rows may go), deleted (rows are gone from the table), discarded (never mind: the object is gone, the rows are still in the table)';
comment on column ops.archive.reason is 'Why it was discarded';
comment on column ops.archive.planned_at is 'When it was written here, before the object was put';
comment on column ops.archive.verified_at is 'When what was read back was equal';
comment on column ops.archive.deleted_at is 'When the rows left the table';
comment on column ops.archive.deleted_rows is 'Rows that left: all but those that were changed in the meantime, which stayed';
comment on column ops.archive.discarded_at is 'When it was discarded';
comment on column ops.archive.restored_at is 'When it was last put back into the table';
comment on column ops.archive.tested_at is 'When it was last restored into a scratch table as a test';
