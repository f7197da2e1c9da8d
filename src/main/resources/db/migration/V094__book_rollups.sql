-- What the page asks of a year of runs and a month of checks, at a cost that does not grow with them.

-- The last success of a pipeline that has failed for a year is found without reading the year.
create index run_that_succeeded on ops.run (pipeline, started_at desc) where state in ('succeeded', 'empty') and cause <> 'rebuild';

create table ops.quality_day (
    check_id          text not null,
    day_on            date not null,
    quality_result_id bigint not null,
    state             text not null,
    share             numeric,
    checked_at        timestamptz not null,
    primary key (day_on, check_id)
);
comment on table ops.quality_day is 'What each check found last on each day: at any time the newest of that day in ops.quality_result';
comment on column ops.quality_day.check_id is 'Check';
comment on column ops.quality_day.day_on is 'Day, UTC';
comment on column ops.quality_day.quality_result_id is 'Its result';
comment on column ops.quality_day.state is 'passed, warned, failed or broken';
comment on column ops.quality_day.share is 'Share of what was checked that is good, from 0 to 1; NULL without data or if it is broken';
comment on column ops.quality_day.checked_at is 'When it was checked';

create function ops.settle_quality_days() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' then
        truncate ops.quality_day;
        return null;
    end if;
    execute format($sql$
        with changed as (
            select check_id, (checked_at at time zone 'UTC')::date as day_on from %s c group by 1, 2
        ), newest as (
            select c.day_on, r.*
            from changed c
            cross join lateral (
                select r.check_id, r.quality_result_id, r.state, r.share, r.checked_at
                from ops.quality_result r
                where r.check_id = c.check_id and r.checked_at >= c.day_on::timestamp at time zone 'UTC'
                  and r.checked_at < (c.day_on + 1)::timestamp at time zone 'UTC'
                order by r.checked_at desc, r.quality_result_id desc limit 1
            ) r
        ), gone as (
            delete from ops.quality_day d using changed c
            where d.day_on = c.day_on and d.check_id = c.check_id
              and not exists (select from newest n where n.day_on = d.day_on and n.check_id = d.check_id)
        )
        insert into ops.quality_day as d (check_id, day_on, quality_result_id, state, share, checked_at)
        select check_id, day_on, quality_result_id, state, share, checked_at from newest
        order by day_on, check_id
        on conflict (day_on, check_id) do update
            set quality_result_id = excluded.quality_result_id, state = excluded.state, share = excluded.share, checked_at = excluded.checked_at
        $sql$, ops.changed_rows(tg_op));
    return null;
end
$$;
comment on function ops.settle_quality_days() is 'Brings ops.quality_day to what ops.quality_result says';

insert into ops.quality_day (check_id, day_on, quality_result_id, state, share, checked_at)
select distinct on (1, 2) check_id, (checked_at at time zone 'UTC')::date, quality_result_id, state, share, checked_at
from ops.quality_result
order by 1, 2, checked_at desc, quality_result_id desc;

create trigger settle_insert after insert on ops.quality_result
    referencing new table as new_rows for each statement execute function ops.settle_quality_days();
create trigger settle_update after update on ops.quality_result
    referencing old table as old_rows new table as new_rows for each statement execute function ops.settle_quality_days();
create trigger settle_delete after delete on ops.quality_result
    referencing old table as old_rows for each statement execute function ops.settle_quality_days();
create trigger settle_truncate after truncate on ops.quality_result
    for each statement execute function ops.settle_quality_days();

create or replace view mart.quality_score as
with days as (
    select (now() at time zone 'UTC')::date - n as day from generate_series(0, 29) n
), weighted as (
    -- what each check of today's files said last on each day
    select d.day, c.dataset, c.dimension, r.state, r.share, r.checked_at, case c.severity when 'error' then 2 else 1 end as weight
    from ops.quality_check c
    cross join days d
    left join ops.quality_day r on r.check_id = c.check_id and r.day_on = d.day
)
select dataset, coalesce(dimension, 'all') as dimension, day,
       round(floor(1000 * sum(weight * share) / sum(weight) filter (where share is not null)) / 10, 1) as score_percent,
       count(*) as checks, count(state) as executed, count(*) filter (where state = 'passed') as passed, count(*) filter (where state = 'warned') as warned,
       count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'broken') as broken,
       count(*) filter (where share is null) as without_data, max(checked_at) as checked_at
from weighted
group by grouping sets ((dataset, dimension, day), (dataset, day))
having count(state) > 0 or day = (now() at time zone 'UTC')::date
order by dataset, 2, day;

-- What the page shows of it, and no more: a row a dataset with the scores of 30 days.
create view mart.quality_history as
with today as materialized (
    select (now() at time zone 'UTC')::date as day_on
), weighing as (
    select check_id, dataset, case severity when 'error' then 2 else 1 end as weight from ops.quality_check
), scored as materialized (
    select w.dataset collate "C" as dataset, r.day_on,
           round(floor(1000 * sum(w.weight * r.share) / sum(w.weight) filter (where r.share is not null)) / 10, 1) as score_percent,
           count(*) filter (where r.state = 'passed') as passed
    from ops.quality_day r
    join weighing w using (check_id)
    where r.day_on > (select day_on - 30 from today) and r.day_on <= (select day_on from today)
    group by 1, 2
), day as (
    select t.day_on as today, t.day_on - n as day_on from today t cross join generate_series(0, 29) n
)
select d.dataset, day.today as day_on, d.checks, coalesce(max(s.passed) filter (where day.day_on = day.today), 0) as passed,
       array_agg(s.score_percent order by day.day_on) as score_percents
from (select dataset, count(*) as checks from ops.quality_check group by dataset) d
cross join day
left join scored s on s.dataset = d.dataset collate "C" and s.day_on = day.day_on
group by d.dataset, day.today, d.checks
order by d.dataset;
comment on view mart.quality_history is 'How good is each dataset today, and how good was it in the last 30 days?';
comment on column mart.quality_history.dataset is 'Dataset';
comment on column mart.quality_history.day_on is 'Today, UTC';
comment on column mart.quality_history.checks is 'Checks it has';
comment on column mart.quality_history.passed is 'Those of them that passed when they ran last today';
comment on column mart.quality_history.score_percents is 'Score of each day as mart.quality_score has it, percent, today last; NULL without one';

-- What is wrong, for the list of troubles and for the headline, which so looks at each pipeline once.
create function ops.trouble_of(pipeline text, state text) returns text language sql immutable
return case state
    when 'failing' then pipeline || ' is failing'
    when 'missed' then pipeline || ' missed a run'
    when 'disconnected' then pipeline || ' is disconnected'
    when 'silent' then pipeline || ' has gone silent'
    else 'The book of ' || pipeline || ' does not balance' end;
comment on function ops.trouble_of(text, text) is 'What is wrong with a pipeline that is in this state or whose book does not balance, as one would say it';

create or replace view mart.trouble as
select pipeline, state, ops.trouble_of(pipeline, state) as says,
       reason, last_success_at, next_run_at as next_try_at, difference_24h, pending_objects, open_dead_letters
from mart.pipeline
where state in ('failing', 'missed', 'disconnected', 'silent') or difference_24h <> 0
order by pipeline;

create or replace view mart.headline as
with pipeline as materialized (
    select * from mart.pipeline
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
    select count(*) as troubles, min(ops.trouble_of(pipeline, state)) as says
    from pipeline
    where state in ('failing', 'missed', 'disconnected', 'silent') or difference_24h <> 0
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

grant select on all tables in schema mart to "${serai.reader}";
