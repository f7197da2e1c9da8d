-- Streams: routes that a source keeps busy. A run of a stream is a minute of it in which something happened.

alter table ops.pipeline
    add column kind text not null default 'schedule' check (kind in ('schedule', 'stream')),
    alter column schedule drop not null,
    add check ((kind = 'schedule') = (schedule is not null));
comment on column ops.pipeline.kind is 'schedule (a run is one execution) or stream (a run is a minute in which something happened)';
comment on column ops.pipeline.schedule is 'Quartz cron expression, UTC; NULL for a stream';
comment on column ops.pipeline.next_run_at is 'When the schedule fires next; NULL for a stream';

alter table ops.run
    drop constraint run_cause_check,
    add constraint run_cause_check check (cause in ('schedule', 'asked', 'catch-up', 'replay', 'rebuild', 'stream'));
comment on table ops.run is 'One row per run: one execution of a pipeline, or a minute of a stream';
comment on column ops.run.cause is 'schedule, asked (by a person or at the start), catch-up (of landed objects), replay (of dead letters or a day), rebuild (of a shadow table), stream (a minute of one)';

alter table ops.load add column batches bigint not null default 1;
create unique index load_without_object on ops.load (run_id, dataset) where raw_object is null;
comment on table ops.load is 'One row per load statement, written by that statement, so it commits with its rows; batches of a stream, which have no object of their own, add up to one row per run and table';
comment on column ops.load.raw_object is 'Landed object the records came from; NULL for batches of a stream and for a replay of dead letters; "rebuild of …" for a shadow';
comment on column ops.load.loaded_at is 'When the statement ran; of a stream the first one';
comment on column ops.load.batches is 'Load statements that add up to this row';

create table ops.stream (
    pipeline         text not null,
    node             text not null,
    connected        boolean not null,
    since_at         timestamptz not null,
    last_message_at  timestamptz,
    messages         bigint not null default 0,
    usual_gap_ms     double precision,
    silent_since_at  timestamptz,
    failing_since_at timestamptz,
    next_try_at      timestamptz,
    reason           text,
    warning          text,
    updated_at       timestamptz not null default clock_timestamp(),
    primary key (pipeline, node)
);
comment on table ops.stream is 'How each stream is, one row per process that reads it; written a moment after a change, and every few seconds while nothing changes';
comment on column ops.stream.pipeline is 'Pipeline';
comment on column ops.stream.node is 'Process: host and management port';
comment on column ops.stream.connected is 'Whether the subscription stands';
comment on column ops.stream.since_at is 'Since when it does or does not';
comment on column ops.stream.last_message_at is 'When the last message came, whatever became of it; NULL before the first of this process';
comment on column ops.stream.messages is 'Messages that came since the process started, repeated ones included';
comment on column ops.stream.usual_gap_ms is 'Usual time between two messages, milliseconds; known once the stream has been silent';
comment on column ops.stream.silent_since_at is 'When the last message before a silence came; NULL while messages come';
comment on column ops.stream.failing_since_at is 'Since when batches do not go through; NULL while they do';
comment on column ops.stream.next_try_at is 'When the batch that failed is tried again';
comment on column ops.stream.reason is 'Why it is not connected, or why batches fail';
comment on column ops.stream.warning is 'What an operator should know although messages come';
comment on column ops.stream.updated_at is 'When the process reported last; one that has not for a minute is taken for gone';

-- As before, and: batches without an object of their own add up to one row per run and table.
create or replace function ops.record_load(
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
        if refused > 0 then
            insert into ops.dead_letter as d (pipeline, run_id, raw_object, position, code, message, payload, payload_sha256)
            select distinct on (r.payload) record_load.pipeline, record_load.run_id, record_load.raw_object,
                   r.position, r.code, r.message, r.payload, sha256(convert_to(r.payload, 'UTF8'))
            from jsonb_to_recordset(record_load.rejected) as r(position integer, code text, message text, payload text)
            order by r.payload, r.position
            on conflict (pipeline, payload_sha256) do update
                set times_seen = d.times_seen + 1, last_seen_at = clock_timestamp(), code = excluded.code, message = excluded.message;
        end if;
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

    if raw_object is not null then
        delete from ops.pending p where p.raw_object = record_load.raw_object;
    end if;

    insert into ops.load as l (run_id, pipeline, dataset, raw_object, read, inserted, updated, unchanged, rejected)
    values (record_load.run_id, record_load.pipeline, record_load.dataset, record_load.raw_object, record_load.read,
            record_load.inserted, record_load.updated,
            record_load.read - record_load.inserted - record_load.updated - refused, refused)
    on conflict (run_id, dataset) where raw_object is null do update
        set read = l.read + excluded.read, inserted = l.inserted + excluded.inserted, updated = l.updated + excluded.updated,
            unchanged = l.unchanged + excluded.unchanged, rejected = l.rejected + excluded.rejected, batches = l.batches + 1;

    return query
    select record_load.read, record_load.inserted, record_load.updated,
           record_load.read - record_load.inserted - record_load.updated - refused, refused;
end
$$;

create or replace view mart.pipeline as
with day as (
    select pipeline,
           count(*) filter (where state <> 'running') as runs,
           count(*) filter (where state in ('failed', 'interrupted')) as failed,
           sum(read) as read,
           sum(inserted + updated) as written,
           sum(rejected) as rejected,
           sum(read - inserted - updated - unchanged - rejected) as difference,
           percentile_disc(0.5) within group (order by extract(epoch from finished_at - started_at) * 1000) as median_ms
    from ops.run
    where started_at > now() - interval '24 hours' and cause <> 'rebuild'
    group by pipeline
), stream as (
    -- where several processes read one, the worst of those that still report
    select distinct on (pipeline) *, reporting and connected as standing,
           max(last_message_at) over (partition by pipeline) as newest_message_at
    from (select *, updated_at > now() - interval '1 minute' as reporting from ops.stream) each
    order by pipeline, reporting desc, connected, failing_since_at nulls last, silent_since_at nulls last, updated_at desc
)
select
    p.pipeline, p.title, p.route, p.schedule, p.next_run_at,
    case when p.next_run_at < now() - interval '1 minute' then 'missed'
         when not t.standing then 'disconnected'
         when t.failing_since_at is not null then 'failing'
         when t.silent_since_at is not null then 'silent'
         when t.standing and (l.state is not null or t.newest_message_at is not null) then 'healthy'
         when l.state in ('failed', 'interrupted') then 'failing'
         when l.state = 'empty' then 'empty'
         when l.state is null then 'waiting'
         else 'healthy' end as state,
    case when p.next_run_at < now() - interval '1 minute' then 'a run is overdue: the schedule did not start it'
         when not t.reporting then 'no process that reads it has reported for a minute'
         when not t.connected then t.reason
         when t.failing_since_at is not null then t.reason
         when t.silent_since_at is not null then format('no message for %s s; usually there is one every %s s',
            round(extract(epoch from now() - t.silent_since_at)), round(t.usual_gap_ms::numeric / 1000, 1))
         when t.warning is not null then t.warning
         when t.standing and (l.state is not null or t.newest_message_at is not null) then null
         when l.state in ('failed', 'interrupted') then l.error_message
         when l.state = 'empty' then 'the source had no records'
         when l.state is null and p.kind = 'stream' then 'no message has come yet'
         when l.state is null then 'no run has finished yet' end as reason,
    l.run_id as last_run_id, l.finished_at as last_run_at, s.finished_at as last_success_at,
    coalesce(d.runs, 0) as runs_24h, coalesce(d.failed, 0) as failed_24h,
    round(100.0 * (d.runs - d.failed) / nullif(d.runs, 0), 1) as success_24h_percent,
    round(d.median_ms) as median_24h_ms,
    coalesce(d.read, 0) as read_24h, coalesce(d.written, 0) as written_24h, coalesce(d.rejected, 0) as rejected_24h,
    coalesce(d.difference, 0) as difference_24h,
    (select count(*) from ops.dead_letter x where x.pipeline = p.pipeline and x.state = 'open') as open_dead_letters,
    (select count(*) from ops.pending x where x.pipeline = p.pipeline) as pending_objects,
    p.kind, coalesce(t.newest_message_at, case when p.kind = 'stream' then l.finished_at end) as last_message_at
from ops.pipeline p
left join day d using (pipeline)
left join stream t using (pipeline)
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state <> 'running' and r.cause <> 'rebuild' order by r.started_at desc limit 1
) l on true
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state in ('succeeded', 'empty') and r.cause <> 'rebuild' order by r.started_at desc limit 1
) s on true
order by p.pipeline;
comment on view mart.pipeline is 'How is each pipeline doing? Rebuilds do not count; runs of a stream are its minutes';
comment on column mart.pipeline.schedule is 'Quartz cron expression, UTC; NULL for a stream';
comment on column mart.pipeline.next_run_at is 'When it runs next; NULL for a stream';
comment on column mart.pipeline.state is 'healthy, empty, failing, missed, waiting (for its first run); of a stream also silent (messages used to come more often), disconnected';
comment on column mart.pipeline.reason is 'Why it is not healthy; if it is, what to look after, or NULL';
comment on column mart.pipeline.kind is 'schedule or stream';
comment on column mart.pipeline.last_message_at is 'When the last message of a stream came; NULL for a schedule';
comment on column mart.pipeline_run.cause is 'schedule, asked, catch-up, replay, rebuild, stream';
