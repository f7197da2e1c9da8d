-- Can the data be trusted? What checks there are, what they found, and the score that comes of it.

create table ops.quality_check (
    check_id    text primary key,
    dataset     text not null,
    rule        text not null,
    dimension   text not null,
    severity    text not null check (severity in ('warning', 'error')),
    threshold   text not null,
    description text not null,
    declared    text not null
);
comment on table ops.quality_check is 'One row per check that a dataset file declares';
comment on column ops.quality_check.check_id is 'Table and name of the check';
comment on column ops.quality_check.dataset is 'Table or view it is about';
comment on column ops.quality_check.rule is 'row_count, missing, invalid, duplicate, reference, freshness, volume, distribution, schema, sql';
comment on column ops.quality_check.dimension is 'completeness, validity, uniqueness, consistency, timeliness, accuracy';
comment on column ops.quality_check.severity is 'warning or error';
comment on column ops.quality_check.threshold is 'What its number has to be';
comment on column ops.quality_check.description is 'What it is for; empty if its file does not say';
comment on column ops.quality_check.declared is 'File and line';

create table ops.quality_result (
    quality_result_id bigint generated always as identity primary key,
    run_id            uuid not null,
    check_id          text not null,
    dataset           text not null,
    dimension         text not null,
    severity          text not null check (severity in ('warning', 'error')),
    state             text not null check (state in ('passed', 'warned', 'failed', 'broken')),
    checked           bigint not null,
    failed            bigint not null,
    measured          numeric,
    share             numeric check (share between 0 and 1),
    threshold         text not null,
    failing_keys      text[] not null check (cardinality(failing_keys) <= 20),
    says              text not null,
    error             text,
    checked_at        timestamptz not null,
    check ((state = 'broken') = (error is not null)),
    check (state <> 'broken' or share is null)
);
create index quality_result_by_check on ops.quality_result (check_id, checked_at desc);
create index quality_result_by_run on ops.quality_result (run_id);
create index quality_result_by_time on ops.quality_result (checked_at);
comment on table ops.quality_result is 'One row per check and run of it; quality.results.keep-days says how long';
comment on column ops.quality_result.quality_result_id is 'Number of the result';
comment on column ops.quality_result.run_id is 'Run that checked';
comment on column ops.quality_result.check_id is 'Check';
comment on column ops.quality_result.dataset is 'Table or view it is about';
comment on column ops.quality_result.dimension is 'completeness, validity, uniqueness, consistency, timeliness, accuracy';
comment on column ops.quality_result.severity is 'warning or error';
comment on column ops.quality_result.state is 'passed, warned, failed, or broken: could not run, so neither';
comment on column ops.quality_result.checked is 'Rows, or whatever it counts, that it looked at';
comment on column ops.quality_result.failed is 'Those of them that are wrong';
comment on column ops.quality_result.measured is 'The number that the threshold is about; NULL if there was nothing to measure';
comment on column ops.quality_result.share is 'Share of what it looked at that is right, 0 to 1; NULL if there was nothing to look at';
comment on column ops.quality_result.threshold is 'What the number has to be';
comment on column ops.quality_result.failing_keys is 'Keys of rows that are wrong, at most 20';
comment on column ops.quality_result.says is 'What it found, as a person would say it; instants are UTC';
comment on column ops.quality_result.error is 'Why it could not run';
comment on column ops.quality_result.checked_at is 'When it looked';

alter table ops.run
    drop constraint run_cause_check,
    add constraint run_cause_check check (cause in ('schedule', 'asked', 'catch-up', 'replay', 'rebuild', 'stream', 'after-load'));
comment on column ops.run.cause is 'schedule, asked (by a person or at the start), catch-up (of landed objects), replay (of dead letters), rebuild (of a shadow table), stream, after-load (checks of what a run changed)';

create view mart.quality_now as
select c.dataset, c.check_id, c.rule, c.dimension, c.severity, coalesce(r.state, 'waiting') as state,
       coalesce(r.says, 'It has not run yet') as says, r.checked, r.failed, r.measured, c.threshold, r.failing_keys, r.checked_at,
       c.description, c.declared
from ops.quality_check c
left join lateral (select * from ops.quality_result r where r.check_id = c.check_id order by r.checked_at desc, r.quality_result_id desc limit 1) r on true
order by array_position(array['failed', 'broken', 'warned', 'waiting', 'passed'], coalesce(r.state, 'waiting')), c.dataset, c.check_id;
comment on view mart.quality_now is 'What do the checks say now?';
comment on column mart.quality_now.dataset is 'Table or view it is about';
comment on column mart.quality_now.check_id is 'Check';
comment on column mart.quality_now.rule is 'row_count, missing, invalid, duplicate, reference, freshness, volume, distribution, schema, sql';
comment on column mart.quality_now.dimension is 'completeness, validity, uniqueness, consistency, timeliness, accuracy';
comment on column mart.quality_now.severity is 'warning or error';
comment on column mart.quality_now.state is 'passed, warned, failed, broken (could not run), waiting (for its first run)';
comment on column mart.quality_now.says is 'What it found, as a person would say it; instants are UTC';
comment on column mart.quality_now.checked is 'Rows, or whatever it counts, that it looked at';
comment on column mart.quality_now.failed is 'Those of them that are wrong';
comment on column mart.quality_now.measured is 'The number that the threshold is about; NULL if there was nothing to measure';
comment on column mart.quality_now.threshold is 'What the number has to be';
comment on column mart.quality_now.failing_keys is 'Keys of rows that are wrong, at most 20';
comment on column mart.quality_now.checked_at is 'When it looked; NULL for never';
comment on column mart.quality_now.description is 'What it is for';
comment on column mart.quality_now.declared is 'File and line';

create view mart.quality_score as
with days as (
    select (now() at time zone 'UTC')::date - n as day from generate_series(0, 29) n
), last as (
    -- what each check of today's files said last on each day
    select d.day, c.dataset, c.dimension, c.severity, r.state, r.share, r.checked_at
    from ops.quality_check c
    cross join days d
    left join lateral (
        select * from ops.quality_result r
        where r.check_id = c.check_id and r.checked_at >= d.day::timestamp at time zone 'UTC' and r.checked_at < (d.day + 1)::timestamp at time zone 'UTC'
        order by r.checked_at desc, r.quality_result_id desc limit 1
    ) r on true
), weighted as (
    select *, case severity when 'error' then 2 else 1 end as weight from last
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
comment on view mart.quality_score is 'How good is each dataset, by dimension, day by day for 30 days? 100 times the mean of the checks'' shares of what is right; a check of severity error counts twice; rounded down. No data, no score';
comment on column mart.quality_score.dataset is 'Table or view';
comment on column mart.quality_score.dimension is 'completeness, validity, uniqueness, consistency, timeliness, accuracy, or all of them';
comment on column mart.quality_score.day is 'Day, UTC; of the last results on it';
comment on column mart.quality_score.score_percent is 'The score, 0 to 100; NULL if no check had data to look at';
comment on column mart.quality_score.checks is 'Checks there are';
comment on column mart.quality_score.executed is 'Those that ran on that day, broken ones included';
comment on column mart.quality_score.passed is 'Those that passed';
comment on column mart.quality_score.warned is 'Those of severity warning that did not';
comment on column mart.quality_score.failed is 'Those of severity error that did not';
comment on column mart.quality_score.broken is 'Those that could not run; they do not count in the score';
comment on column mart.quality_score.without_data is 'Those that do not count in the score: nothing to look at, broken, or not run';
comment on column mart.quality_score.checked_at is 'When the last of them ran';

grant select on all tables in schema mart to "${serai.reader}";
