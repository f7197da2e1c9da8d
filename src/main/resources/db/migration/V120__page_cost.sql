-- What the page asks of sensors, pipelines and checks, at a lower cost and with the same answers.

-- What each sensor usually sends in a minute, for the two views below. Numbers of minutes are small: summed up as integers,
-- not as numerics.
create view sensors.usual_minute as
with recursive sensor as (
    -- each sensor by one look into the index
    (select sensor_id from sensors.reading_1min order by sensor_id limit 1)
    union all
    select (select m.sensor_id from sensors.reading_1min m where m.sensor_id > s.sensor_id order by m.sensor_id limit 1)
    from sensor s
    where s.sensor_id is not null
), counted as materialized (
    select sensor_id, hour_at, readings, minutes::integer as minutes from sensors.usual_hour where hour_at > now() - interval '24 hours'
), minutes as (
    select n.sensor_id, n.readings, sum(n.minutes) as minutes
    from (
        select sensor_id, readings, minutes from counted
        union all
        select m.sensor_id, m.readings, 1
        from (
            select s.sensor_id, h.hour_at
            from sensor s
            cross join generate_series(sensors.hour_of(now() - interval '24 hours'), now(), interval '1 hour') as h(hour_at)
            where s.sensor_id is not null
            except
            select sensor_id, hour_at from counted
        ) h
        cross join lateral (
            select r.sensor_id, r.readings
            from sensors.reading_1min r
            where r.sensor_id = h.sensor_id and r.minute_at >= h.hour_at and r.minute_at < h.hour_at + interval '1 hour'
              and r.minute_at > now() - interval '24 hours' and r.minute_at <= now()
            offset 0
        ) m
    ) n
    group by n.sensor_id, n.readings
)
select sensor_id, min(readings) as expected,
       (select min(m.minute_at) from sensors.reading_1min m
        where m.sensor_id = r.sensor_id and m.minute_at > now() - interval '24 hours' and m.minute_at <= now()) as first_minute_at
from (
    select sensor_id, readings, sum(minutes) over (partition by sensor_id order by readings) as so_far,
           sum(minutes) over (partition by sensor_id) as of_all
    from minutes
) r
where 2 * so_far >= of_all
group by sensor_id;
comment on view sensors.usual_minute is 'Readings that a minute of each sensor usually has: the median of its minutes of the last 24 hours that had any';
comment on column sensors.usual_minute.sensor_id is 'Sensor';
comment on column sensors.usual_minute.expected is 'Readings of such a minute';
comment on column sensors.usual_minute.first_minute_at is 'Begin of its first minute of the last 24 hours';

create or replace view mart.sensor_coverage as
with recent as (
    select sensor_id, minute_at, readings
    from sensors.reading_1min
    where minute_at >= date_trunc('minute', now(), 'UTC') - interval '60 minutes' and minute_at <= now()
)
select u.sensor_id, minute.minute_at, coalesce(m.readings, 0) as received, u.expected,
       least(100, round(100.0 * coalesce(m.readings, 0) / u.expected, 1)) as covered_percent
from sensors.usual_minute u
cross join lateral generate_series(
    greatest(date_trunc('minute', now(), 'UTC') - interval '60 minutes', u.first_minute_at),
    date_trunc('minute', now(), 'UTC') - interval '1 minute', interval '1 minute') as minute(minute_at)
left join recent m on m.sensor_id = u.sensor_id and m.minute_at = minute.minute_at
order by u.sensor_id, minute.minute_at;

-- The same hour as mart.sensor_coverage and mart.sensor_1min_recent, a row a sensor: what the page draws, and no more.
create view mart.sensor_last_hour as
select u.sensor_id, s.unit, greatest(h.from_at, u.first_minute_at) as from_at, h.to_at, u.expected, m.minutes, m.received, m.means
from (select date_trunc('minute', now(), 'UTC') - interval '60 minutes' as from_at, date_trunc('minute', now(), 'UTC') as to_at) h
cross join sensors.usual_minute u
left join sensors.sensor s on s.sensor_id = u.sensor_id and s.valid_to_at is null
cross join lateral (
    select coalesce(array_agg((extract(epoch from r.minute_at - h.from_at) / 60)::integer), '{}') as minutes,
           coalesce(array_agg(r.readings), '{}') as received, coalesce(array_agg(round(r.sum / r.readings, 6)), '{}') as means
    from (select * from sensors.reading_1min m
          where m.sensor_id = u.sensor_id and m.minute_at >= h.from_at and m.minute_at < h.to_at order by m.minute_at) r
) m
order by u.sensor_id;
comment on view mart.sensor_last_hour is 'What did each sensor measure in the last hour, and which minutes of it are there? A row a sensor, the running minute left out';
comment on column mart.sensor_last_hour.sensor_id is 'Sensor';
comment on column mart.sensor_last_hour.unit is 'Unit, from the sensor list';
comment on column mart.sensor_last_hour.from_at is 'Begin of the hour, or of the first minute of the sensor in 24 hours if that is later: before it nothing is expected';
comment on column mart.sensor_last_hour.to_at is 'Its end: the begin of the running minute';
comment on column mart.sensor_last_hour.expected is 'Readings that a minute of this sensor usually has, as in mart.sensor_coverage';
comment on column mart.sensor_last_hour.minutes is 'Minutes that have readings: how many lie between the begin of the hour and each, 0 to 59';
comment on column mart.sensor_last_hour.received is 'Readings of each of them';
comment on column mart.sensor_last_hour.means is 'Their mean in each of them, rounded to six digits';

-- Runs are looked up pipeline by pipeline, and their durations are sorted as durations, which is quicker than as numerics.
-- "between" keeps PostgreSQL to the index by pipeline: the one by time, which it takes for "=", leads through the runs of all
-- others, and for a pipeline that runs once a day or never did through very many.
create or replace view mart.pipeline as
with stream as (
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
    round(extract(epoch from d.median) * 1000) as median_24h_ms,
    coalesce(d.read, 0) as read_24h, coalesce(d.written, 0) as written_24h, coalesce(d.rejected, 0) as rejected_24h,
    coalesce(d.difference, 0) as difference_24h,
    (select count(*) from ops.dead_letter x where x.pipeline = p.pipeline and x.state = 'open') as open_dead_letters,
    (select count(*) from ops.pending x where x.pipeline = p.pipeline) as pending_objects,
    p.kind, coalesce(t.newest_message_at, case when p.kind = 'stream' then l.finished_at end) as last_message_at,
    p.time_zone, p.catch_up, p.may_overlap, case when pause.pipeline is null then p.next_runs end as next_runs,
    pause.paused_at, pause.paused_by, coalesce(m.times, 0) as missed_24h
from ops.pipeline p
left join ops.pause pause using (pipeline)
cross join lateral (
    select count(*) filter (where x.state <> 'running') as runs,
           count(*) filter (where x.state in ('failed', 'interrupted')) as failed,
           sum(x.read) as read,
           sum(x.inserted + x.updated) as written,
           sum(x.rejected) as rejected,
           sum(x.read - x.inserted - x.updated - x.unchanged - x.rejected) as difference,
           percentile_disc(0.5) within group (order by x.finished_at - x.started_at) as median
    from ops.run x
    where x.pipeline between p.pipeline and p.pipeline and x.started_at > now() - interval '24 hours' and x.cause <> 'rebuild'
) d
left join stream t using (pipeline)
left join missed m using (pipeline)
left join lateral (
    select * from ops.run r
    where r.pipeline between p.pipeline and p.pipeline and r.state <> 'running' and r.cause <> 'rebuild'
    order by r.pipeline, r.started_at desc limit 1
) l on true
left join lateral (
    select * from ops.run r
    where r.pipeline between p.pipeline and p.pipeline and r.state in ('succeeded', 'empty') and r.cause <> 'rebuild'
    order by r.pipeline, r.started_at desc limit 1
) s on true
order by p.pipeline;

create or replace view mart.pipeline_run as
select p.pipeline, r.run_id, r.cause, r.state, r.started_at, r.finished_at,
       round(extract(epoch from r.finished_at - r.started_at) * 1000) as duration_ms,
       r.read, r.inserted, r.updated, r.unchanged, r.rejected, r.error_code, r.error_message
from ops.pipeline p
cross join lateral (
    select * from ops.run x where x.pipeline between p.pipeline and p.pipeline order by x.pipeline, x.started_at desc limit 40
) r
order by p.pipeline, r.started_at;

-- With its troubles, so that the page looks at the pipelines once for both.
create or replace view mart.headline as
with pipeline as materialized (
    -- not the median, which is the dearest
    select pipeline, state, reason, written_24h, pending_objects, open_dead_letters, difference_24h, last_success_at, next_run_at
    from mart.pipeline
), all_of_them as (
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
    from pipeline
), wrong as (
    select count(*) as troubles, min(ops.trouble_of(pipeline, state)) as says,
           jsonb_agg(jsonb_build_object(
               'pipeline', pipeline, 'state', state, 'says', ops.trouble_of(pipeline, state), 'reason', reason, 'last_success_at', last_success_at,
               'next_try_at', next_run_at, 'difference_24h', difference_24h, 'pending_objects', pending_objects,
               'open_dead_letters', open_dead_letters) order by pipeline) as rows
    from pipeline
    where state in ('failing', 'missed', 'disconnected', 'silent') or difference_24h <> 0
)
select
    case when wrong.troubles > 0 then 'bad' when pipelines = waiting + empty then 'none' else 'ok' end as mark,
    case when pipelines = 0 then 'There are no pipelines yet'
         when wrong.troubles = 1 then says || case pipelines - waiting - 1
             when 0 then '' when 1 then ', the other one is healthy' else format(', the other %s are healthy', pipelines - waiting - 1) end
         when wrong.troubles > 1 then format('%s of %s pipelines need attention', wrong.troubles, pipelines - waiting)
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
        case when empty > 0 then format('The source had no records: %s.', names_empty) end) as rest,
    coalesce(wrong.rows, '[]') as troubles
from all_of_them, wrong;
comment on column mart.headline.troubles is 'What is wrong now: an array of the rows of mart.trouble';

-- Most of what is checked is good: only what is not is weighed as a numeric. Datasets and days are numbers on the way, because
-- texts are slow to sort: the place of a dataset times 32, and 0 to 29 for the day.
create or replace view mart.quality_history as
with today as materialized (
    select (now() at time zone 'UTC')::date as day_on
), dataset as materialized (
    select dataset, row_number() over (order by dataset collate "C")::integer as place, count(*) as checks from ops.quality_check group by dataset
), weighing as materialized (
    select k.check_id, d.place * 32 + 29 as place, case k.severity when 'error' then 2 else 1 end as weight
    from ops.quality_check k join dataset d using (dataset)
), summed as (
    select w.place - (t.day_on - r.day_on) as place, sum(w.weight) filter (where r.share is not null) as weights,
           sum(w.weight * (1 - r.share)) filter (where r.share < 1) as lost,
           count(*) filter (where r.day_on = t.day_on and r.state = 'passed') as passed
    from today t
    join ops.quality_day r on r.day_on > t.day_on - 30 and r.day_on <= t.day_on
    join weighing w using (check_id)
    group by 1
), scored as (
    select d.place / 32 as place, sum(s.passed)::bigint as passed,
           array_agg(case when s.weights is null then null when s.lost is null then 100.0
                     else round(floor(1000 * (s.weights - s.lost) / s.weights) / 10, 1) end order by d.place) as score_percents
    from (select d.place * 32 + n as place from dataset d cross join generate_series(0, 29) n) d
    left join summed s using (place)
    group by 1
)
select d.dataset, t.day_on, d.checks, coalesce(s.passed, 0) as passed, s.score_percents
from dataset d
join scored s using (place)
cross join today t
order by d.dataset;

-- What waits is counted from an index, and its newest message looked up.
create index dead_letter_open_by_code on ops.dead_letter (pipeline, code, last_seen_at desc) include (rejected_at) where state = 'open';

create or replace view mart.dead_letter as
select d.pipeline, d.code, d.letters, d.first_at, d.last_at, newest.example
from (
    select pipeline, code, count(*) as letters, min(rejected_at) as first_at, max(last_seen_at) as last_at
    from ops.dead_letter
    where state = 'open'
    group by pipeline, code
) d
cross join lateral (
    select left(x.message, 300) as example
    from ops.dead_letter x
    where x.pipeline = d.pipeline and x.code = d.code and x.state = 'open'
    order by x.last_seen_at desc limit 1
) newest
order by d.pipeline, d.letters desc, d.code;

-- Loads are written in the order of time: what came in a day is in few blocks.
create index load_by_time on ops.load using brin (loaded_at) with (autosummarize = on);

grant select on all tables in schema mart to "${serai.reader}";
grant select on all tables in schema sensors to "${serai.reader}";
