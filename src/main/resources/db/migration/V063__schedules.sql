-- Schedules: when they fire next and in which time zone, runs that were missed, pipelines that are paused.

alter table ops.pipeline
    add column time_zone text,
    add column catch_up  text check (catch_up in ('once', 'all', 'none')),
    add column may_overlap  boolean,
    add column next_runs timestamptz[];
comment on column ops.pipeline.schedule is 'Quartz cron expression in the time zone; NULL for a stream';
comment on column ops.pipeline.next_run_at is 'When it is due next, or has been due since a run was missed; NULL for a stream';
comment on column ops.pipeline.time_zone is 'Time zone of the schedule, as the route declares it; NULL for a stream';
comment on column ops.pipeline.catch_up is 'What becomes of missed runs, as the route declares it: once (one run for all of them), all (one each), none';
comment on column ops.pipeline.may_overlap is 'Whether a run may begin before the last one has ended; NULL for a stream';
comment on column ops.pipeline.next_runs is 'When the schedule fires next, three times, soonest first';

create table ops.pause (
    pipeline  text primary key,
    paused_at timestamptz not null default clock_timestamp(),
    paused_by text not null
);
comment on table ops.pause is 'One row per pipeline that is paused, for every process and over restarts';
comment on column ops.pause.pipeline is 'Pipeline';
comment on column ops.pause.paused_at is 'Since when';
comment on column ops.pause.paused_by is 'Who paused it: an operator, or Quartz if its trigger was paused there';

create table ops.missed (
    pipeline     text not null,
    first_due_at timestamptz not null,
    last_due_at  timestamptz not null,
    times        integer not null check (times > 0),
    catch_up     text not null check (catch_up in ('once', 'all', 'none')),
    reason       text not null,
    noticed_at   timestamptz not null default clock_timestamp(),
    primary key (pipeline, first_due_at)
);
create index missed_by_time on ops.missed (last_due_at);
comment on table ops.missed is 'One row per pipeline and time in which its schedule was due and no run began';
comment on column ops.missed.pipeline is 'Pipeline';
comment on column ops.missed.first_due_at is 'First time at which it was due';
comment on column ops.missed.last_due_at is 'Last time at which it was due';
comment on column ops.missed.times is 'How often it was due, 100,000 at most';
comment on column ops.missed.catch_up is 'What was done about it: once (one run for all of them), all (one each), none';
comment on column ops.missed.reason is 'Why it was missed';
comment on column ops.missed.noticed_at is 'When it was noticed';

comment on column ops.run.cause is 'schedule, asked (by a person or at the start), catch-up (of landed objects or of missed runs), replay (of dead letters or a day), rebuild (of a shadow table), stream (a minute of one)';

create view mart.missed_run as
select pipeline, first_due_at, last_due_at, times, catch_up, reason, noticed_at
from ops.missed
where last_due_at > now() - interval '30 days'
order by last_due_at desc
limit 200;
comment on view mart.missed_run is 'Which runs were missed in the last 30 days, and were they caught up?';
comment on column mart.missed_run.pipeline is 'Pipeline';
comment on column mart.missed_run.first_due_at is 'First time at which it was due';
comment on column mart.missed_run.last_due_at is 'Last time at which it was due';
comment on column mart.missed_run.times is 'How often it was due';
comment on column mart.missed_run.catch_up is 'What was done about it: once (one run for all of them), all (one each), none';
comment on column mart.missed_run.reason is 'Why it was missed';
comment on column mart.missed_run.noticed_at is 'When it was noticed';

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
), missed as (
    select pipeline, sum(times) as times
    from ops.missed
    where last_due_at > now() - interval '24 hours'
    group by pipeline
)
select
    p.pipeline, p.title, p.route, p.schedule, case when pause.pipeline is null then p.next_run_at end as next_run_at,
    case when pause.pipeline is not null then 'paused'
         when p.next_run_at < now() - interval '1 minute' then 'missed'
         when not t.standing then 'disconnected'
         when t.failing_since_at is not null then 'failing'
         when t.silent_since_at is not null then 'silent'
         when t.standing and (l.state is not null or t.newest_message_at is not null) then 'healthy'
         when l.state in ('failed', 'interrupted') then 'failing'
         when l.state = 'empty' then 'empty'
         when l.state is null then 'waiting'
         else 'healthy' end as state,
    case when pause.pipeline is not null then format('paused by %s, so it does not run until it is resumed', pause.paused_by)
            || case when l.state in ('failed', 'interrupted') then '; its last run failed: ' || l.error_message else '' end
         when p.next_run_at < now() - interval '1 minute' then 'a run is overdue: the schedule did not start it'
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
    p.kind, coalesce(t.newest_message_at, case when p.kind = 'stream' then l.finished_at end) as last_message_at,
    p.time_zone, p.catch_up, p.may_overlap, case when pause.pipeline is null then p.next_runs end as next_runs,
    pause.paused_at, pause.paused_by, coalesce(m.times, 0) as missed_24h
from ops.pipeline p
left join ops.pause pause using (pipeline)
left join day d using (pipeline)
left join stream t using (pipeline)
left join missed m using (pipeline)
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state <> 'running' and r.cause <> 'rebuild' order by r.started_at desc limit 1
) l on true
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state in ('succeeded', 'empty') and r.cause <> 'rebuild' order by r.started_at desc limit 1
) s on true
order by p.pipeline;
comment on column mart.pipeline.schedule is 'Quartz cron expression in the time zone; NULL for a stream';
comment on column mart.pipeline.next_run_at is 'When it runs next, or has been due since a run was missed; NULL for a stream and while it is paused';
comment on column mart.pipeline.state is 'healthy, empty, failing, missed, paused, waiting (for its first run); of a stream also silent (messages used to come more often), disconnected';
comment on column mart.pipeline.time_zone is 'Time zone of the schedule; NULL for a stream';
comment on column mart.pipeline.catch_up is 'What becomes of missed runs: once (one run for all of them), all (one each), none';
comment on column mart.pipeline.may_overlap is 'Whether a run may begin before the last one has ended';
comment on column mart.pipeline.next_runs is 'When the schedule fires next, three times, soonest first; NULL for a stream and while it is paused';
comment on column mart.pipeline.paused_at is 'Since when it is paused; NULL if it is not';
comment on column mart.pipeline.paused_by is 'Who paused it';
comment on column mart.pipeline.missed_24h is 'How often it was due in 24 hours and no run began';

create or replace view mart.headline as
with all_of_them as (
    select count(*) as pipelines,
           count(*) filter (where state in ('waiting', 'paused')) as waiting,
           count(*) filter (where state = 'empty') as empty,
           count(*) filter (where state = 'paused') as paused,
           coalesce(sum(written_24h), 0) as written,
           coalesce(sum(pending_objects), 0) as pending,
           coalesce(sum(open_dead_letters), 0) as letters,
           string_agg(pipeline, ', ' order by pipeline) filter (where state = 'waiting') as names_waiting,
           string_agg(pipeline, ', ' order by pipeline) filter (where state = 'paused') as names_paused,
           string_agg(pipeline, ', ' order by pipeline) filter (where state = 'empty') as names_empty
    from mart.pipeline
), wrong as (
    select count(*) as troubles, min(says) as says from mart.trouble
)
select
    case when troubles > 0 then 'bad' when pipelines = waiting + empty then 'none' else 'ok' end as mark,
    case when pipelines = 0 then 'There are no pipelines yet'
         when troubles = 1 then says || case pipelines - waiting - 1
             when 0 then '' when 1 then ', the other one is healthy' else format(', the other %s are healthy', pipelines - waiting - 1) end
         when troubles > 1 then format('%s of %s pipelines need attention', troubles, pipelines - waiting)
         when pipelines = paused then case pipelines when 1 then names_paused || ' is paused' else format('All %s pipelines are paused', pipelines) end
         when pipelines = waiting then case pipelines - paused when 1 then names_waiting || ' waits for its first run'
             else format('%s pipelines wait for their first run', pipelines - paused) end
         when pipelines = waiting + empty then 'The sources have had no records yet'
         when pipelines - waiting = 1 then 'The pipeline is healthy'
         else format('All %s pipelines are healthy', pipelines - waiting) end as sentence,
    concat_ws(' ',
        format('%s written in 24 hours, %s.',
            case written when 1 then '1 row' else to_char(written, 'FM999,999,999,999') || ' rows' end,
            coalesce(nullif(concat_ws(', ',
                case when pending = 1 then '1 landed answer waits to be loaded'
                     when pending > 1 then to_char(pending, 'FM999,999,999') || ' landed answers wait to be loaded' end,
                case when letters = 1 then '1 record waits in the dead letter'
                     when letters > 1 then to_char(letters, 'FM999,999,999') || ' records wait in the dead letter' end), ''), 'nothing waits')),
        case when paused > 0 then format('Paused: %s.', names_paused) end,
        case when pipelines > waiting and waiting > paused then format('No run yet: %s.', names_waiting) end,
        case when empty > 0 then format('The source had no records: %s.', names_empty) end) as rest
from all_of_them, wrong;
comment on column mart.headline.sentence is 'The answer in one sentence; pipelines that are paused or have had no run yet do not count';

grant select on mart.missed_run to "${serai.reader}";
