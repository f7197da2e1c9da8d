-- The book: which run did what, what each load counted, what could not be loaded.

create schema ops;
comment on schema ops is 'The book of Serai: pipelines, runs, loads, dead letters, watermarks';

create schema rebuild;
comment on schema rebuild is 'Shadow tables: what a rebuild loaded from the landing, to compare with the table in use';

create table ops.pipeline (
    pipeline      text primary key,
    route         text not null,
    title         text not null,
    schedule      text not null,
    next_run_at   timestamptz,
    registered_at timestamptz not null default now()
);
comment on table ops.pipeline is 'One row per pipeline that an application process has in its routes';
comment on column ops.pipeline.pipeline is 'Name of the pipeline: its folder in routes/';
comment on column ops.pipeline.route is 'Route that starts its runs';
comment on column ops.pipeline.title is 'What the route is for, from its description';
comment on column ops.pipeline.schedule is 'Quartz cron expression, UTC';
comment on column ops.pipeline.next_run_at is 'When the schedule fires next';
comment on column ops.pipeline.registered_at is 'When a process last started with this pipeline';

create table ops.run (
    run_id        uuid primary key,
    pipeline      text not null,
    route         text not null,
    cause         text not null check (cause in ('schedule', 'asked', 'catch-up', 'replay', 'rebuild')),
    state         text not null check (state in ('running', 'succeeded', 'empty', 'failed', 'interrupted')),
    started_at    timestamptz not null,
    finished_at   timestamptz,
    error_code    text,
    error_message text,
    read          bigint not null default 0,
    inserted      bigint not null default 0,
    updated       bigint not null default 0,
    unchanged     bigint not null default 0,
    rejected      bigint not null default 0,
    node          text not null,
    check ((state = 'running') = (finished_at is null))
);
create index run_by_pipeline on ops.run (pipeline, started_at desc);
create index run_by_start on ops.run (started_at);
create index run_running on ops.run (node) where state = 'running';
comment on table ops.run is 'One row per run: one execution of a pipeline';
comment on column ops.run.run_id is 'Time-ordered UUID, also on every row and object the run wrote';
comment on column ops.run.pipeline is 'Pipeline the run belongs to';
comment on column ops.run.route is 'Route that was executed';
comment on column ops.run.cause is 'schedule, asked (by a person or at the start), catch-up (of landed objects), replay (of dead letters), rebuild (of a shadow table)';
comment on column ops.run.state is 'running, succeeded, empty (a load got no records), failed, interrupted (its process ended first)';
comment on column ops.run.started_at is 'When it began';
comment on column ops.run.finished_at is 'When it ended; NULL while it is running';
comment on column ops.run.error_code is 'Why it failed, for counting';
comment on column ops.run.error_message is 'Why it failed, for a person';
comment on column ops.run.read is 'Records read = inserted + updated + unchanged + rejected';
comment on column ops.run.inserted is 'Records that made a new row';
comment on column ops.run.updated is 'Records that changed a row';
comment on column ops.run.unchanged is 'Records that were there already';
comment on column ops.run.rejected is 'Records that went to the dead letter';
comment on column ops.run.node is 'Process that executed it: host and management port';

create table ops.load (
    load_id    bigint generated always as identity primary key,
    run_id     uuid not null,
    pipeline   text not null,
    dataset    text not null,
    raw_object text,
    loaded_at  timestamptz not null default clock_timestamp(),
    read       bigint not null,
    inserted   bigint not null,
    updated    bigint not null,
    unchanged  bigint not null,
    rejected   bigint not null,
    check (read = inserted + updated + unchanged + rejected),
    check (least(inserted, updated, unchanged, rejected) >= 0)
);
create index load_by_run on ops.load (run_id);
create index load_by_object on ops.load (raw_object);
comment on table ops.load is 'One row per load statement, written by that statement, so it commits with its rows';
comment on column ops.load.load_id is 'Number of the load';
comment on column ops.load.run_id is 'Run that loaded; no foreign key, a load must not fail because the run is not in the book yet';
comment on column ops.load.pipeline is 'Pipeline';
comment on column ops.load.dataset is 'Table that was loaded; rebuild.… for a shadow';
comment on column ops.load.raw_object is 'Landed object the records came from; NULL for a replay of dead letters; "rebuild of …" for a shadow';
comment on column ops.load.loaded_at is 'When the statement ran';
comment on column ops.load.read is 'Records read = inserted + updated + unchanged + rejected, checked';
comment on column ops.load.inserted is 'Records that made a new row';
comment on column ops.load.updated is 'Records that changed a row';
comment on column ops.load.unchanged is 'Records that were there already';
comment on column ops.load.rejected is 'Records that went to the dead letter';

create table ops.dead_letter (
    dead_letter_id bigint generated always as identity primary key,
    pipeline       text not null,
    run_id         uuid not null,
    raw_object     text,
    position       integer not null,
    code           text not null,
    message        text not null,
    payload        text not null,
    payload_sha256 bytea not null,
    repaired       text,
    state          text not null default 'open' check (state in ('open', 'loaded', 'dismissed')),
    rejected_at    timestamptz not null default clock_timestamp(),
    last_seen_at   timestamptz not null default clock_timestamp(),
    times_seen     integer not null default 1,
    replays        integer not null default 0,
    closed_at      timestamptz,
    closed_run_id  uuid,
    unique (pipeline, payload_sha256)
);
create index dead_letter_open on ops.dead_letter (pipeline, dead_letter_id) where state = 'open';
comment on table ops.dead_letter is 'One row per different record that could not be loaded';
comment on column ops.dead_letter.dead_letter_id is 'Number of the dead letter';
comment on column ops.dead_letter.pipeline is 'Pipeline';
comment on column ops.dead_letter.run_id is 'Run that rejected it first';
comment on column ops.dead_letter.raw_object is 'Landed object it came in first';
comment on column ops.dead_letter.position is 'Place in that object, counted from 0';
comment on column ops.dead_letter.code is 'Reason, for counting';
comment on column ops.dead_letter.message is 'Reason, for a person: field, what was expected, what was seen';
comment on column ops.dead_letter.payload is 'The record as landed: sensitive values are already gone';
comment on column ops.dead_letter.payload_sha256 is 'SHA-256 of the payload: the same record is kept once';
comment on column ops.dead_letter.repaired is 'Write a corrected record here; a replay takes it instead of the payload';
comment on column ops.dead_letter.state is 'open, loaded (by a replay), dismissed (by a person)';
comment on column ops.dead_letter.rejected_at is 'When it was rejected first';
comment on column ops.dead_letter.last_seen_at is 'When it was rejected last';
comment on column ops.dead_letter.times_seen is 'How often it was delivered';
comment on column ops.dead_letter.replays is 'How often a replay tried it in vain';
comment on column ops.dead_letter.closed_at is 'When it was loaded or dismissed';
comment on column ops.dead_letter.closed_run_id is 'Replay that loaded it';

create table ops.watermark (
    pipeline   text not null,
    name       text not null,
    value      text not null,
    updated_at timestamptz not null default now(),
    primary key (pipeline, name)
);
comment on table ops.watermark is 'How far a pipeline has got with something it reads in order';
comment on column ops.watermark.pipeline is 'Pipeline';
comment on column ops.watermark.name is 'What is read: landing';
comment on column ops.watermark.value is 'Everything up to here is done';
comment on column ops.watermark.updated_at is 'When it moved last';

create table ops.pending (
    raw_object    text primary key,
    pipeline      text not null,
    first_seen_at timestamptz not null default clock_timestamp(),
    last_tried_at timestamptz,
    last_error    text
);
create index pending_by_pipeline on ops.pending (pipeline);
comment on table ops.pending is 'One row per landed object that no load has taken; written by the catch-up, removed by the load that takes it';
comment on column ops.pending.raw_object is 'Address of the object';
comment on column ops.pending.pipeline is 'Pipeline';
comment on column ops.pending.first_seen_at is 'When a catch-up first found it unloaded';
comment on column ops.pending.last_tried_at is 'When a catch-up last tried to load it in vain';
comment on column ops.pending.last_error is 'Why it could not, for a person';

-- Ends every load statement: books the counts and the rejected records in the statement that wrote the rows.
-- rejected is [{"position", "code", "message", "payload"}]; replayed holds, for a replay, the dead letter of each position.
create function ops.record_load(
    pipeline text, dataset text, run_id uuid, raw_object text,
    read bigint, inserted bigint, updated bigint, rejected jsonb, replayed bigint[]
) returns table (read_count bigint, inserted_count bigint, updated_count bigint, unchanged_count bigint, rejected_count bigint)
language plpgsql as $$
#variable_conflict use_column
declare
    refused bigint := jsonb_array_length(record_load.rejected);
    shadow boolean := record_load.dataset like 'rebuild.%';
begin
    if shadow then
        -- Under this name it is the same load when it is sent again, and no sign that the object is in the table in use.
        raw_object := 'rebuild of ' || record_load.raw_object;
    end if;

    -- The same load once more: its commit went through and the answer got lost, so the run tried again.
    if raw_object is not null or replayed is not null then
        return query
        select l.read, l.inserted, l.updated, l.unchanged, l.rejected
        from ops.load l
        where l.run_id = record_load.run_id and l.dataset = record_load.dataset
          and l.raw_object is not distinct from record_load.raw_object;
        if found then
            return;
        end if;
    end if;

    if shadow then
        null; -- its rejected records are in the dead letter already
    elsif replayed is null then
        insert into ops.dead_letter as d (pipeline, run_id, raw_object, position, code, message, payload, payload_sha256)
        select distinct on (r.payload) record_load.pipeline, record_load.run_id, record_load.raw_object,
               r.position, r.code, r.message, r.payload, sha256(convert_to(r.payload, 'UTF8'))
        from jsonb_to_recordset(record_load.rejected) as r(position integer, code text, message text, payload text)
        order by r.payload, r.position
        on conflict (pipeline, payload_sha256) do update
            set times_seen = d.times_seen + 1, last_seen_at = clock_timestamp(), code = excluded.code, message = excluded.message;
    else
        update ops.dead_letter d
        set state = case when r.position is null then 'loaded' else 'open' end,
            closed_at = case when r.position is null then clock_timestamp() end,
            closed_run_id = case when r.position is null then record_load.run_id end,
            replays = d.replays + case when r.position is null then 0 else 1 end,
            code = coalesce(r.code, d.code),
            message = coalesce(r.message, d.message)
        from unnest(replayed) with ordinality as letter(dead_letter_id, place)
        left join jsonb_to_recordset(record_load.rejected) as r(position integer, code text, message text)
            on r.position = letter.place - 1
        where d.dead_letter_id = letter.dead_letter_id and d.state = 'open';
    end if;

    delete from ops.pending p where p.raw_object = record_load.raw_object;

    return query
    insert into ops.load (run_id, pipeline, dataset, raw_object, read, inserted, updated, unchanged, rejected)
    values (record_load.run_id, record_load.pipeline, record_load.dataset, record_load.raw_object, record_load.read,
            record_load.inserted, record_load.updated,
            record_load.read - record_load.inserted - record_load.updated - refused, refused)
    returning read, inserted, updated, unchanged, rejected;
end
$$;
comment on function ops.record_load is 'Books one load: its counts and its rejected records, in the statement that wrote the rows';
