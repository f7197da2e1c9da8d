-- Questions people ask, one view each. The page and BI tools read these.

create schema mart;
comment on schema mart is 'One view answers one question';

create view mart.pipeline as
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
)
select
    p.pipeline, p.title, p.route, p.schedule, p.next_run_at,
    case when p.next_run_at < now() - interval '1 minute' then 'missed'
         when l.state in ('failed', 'interrupted') then 'failing'
         when l.state = 'empty' then 'empty'
         when l.state is null then 'waiting'
         else 'healthy' end as state,
    case when p.next_run_at < now() - interval '1 minute' then 'a run is overdue: the schedule did not start it'
         when l.state in ('failed', 'interrupted') then l.error_message
         when l.state = 'empty' then 'the source had no records'
         when l.state is null then 'no run has finished yet' end as reason,
    l.run_id as last_run_id, l.finished_at as last_run_at, s.finished_at as last_success_at,
    coalesce(d.runs, 0) as runs_24h, coalesce(d.failed, 0) as failed_24h,
    round(100.0 * (d.runs - d.failed) / nullif(d.runs, 0), 1) as success_24h_percent,
    round(d.median_ms) as median_24h_ms,
    coalesce(d.read, 0) as read_24h, coalesce(d.written, 0) as written_24h, coalesce(d.rejected, 0) as rejected_24h,
    coalesce(d.difference, 0) as difference_24h,
    (select count(*) from ops.dead_letter x where x.pipeline = p.pipeline and x.state = 'open') as open_dead_letters,
    (select count(*) from ops.pending x where x.pipeline = p.pipeline) as pending_objects
from ops.pipeline p
left join day d using (pipeline)
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state <> 'running' and r.cause <> 'rebuild' order by r.started_at desc limit 1
) l on true
left join lateral (
    select * from ops.run r where r.pipeline = p.pipeline and r.state in ('succeeded', 'empty') and r.cause <> 'rebuild' order by r.started_at desc limit 1
) s on true
order by p.pipeline;
comment on view mart.pipeline is 'How is each pipeline doing? Rebuilds do not count';
comment on column mart.pipeline.pipeline is 'Pipeline';
comment on column mart.pipeline.title is 'What it is for';
comment on column mart.pipeline.route is 'Route that starts its runs';
comment on column mart.pipeline.schedule is 'Quartz cron expression, UTC';
comment on column mart.pipeline.next_run_at is 'When it runs next';
comment on column mart.pipeline.state is 'healthy, empty, failing, missed, waiting (for its first run)';
comment on column mart.pipeline.reason is 'Why it is not healthy; NULL when it is';
comment on column mart.pipeline.last_run_id is 'Run that finished last';
comment on column mart.pipeline.last_run_at is 'When that was';
comment on column mart.pipeline.last_success_at is 'When a run last succeeded';
comment on column mart.pipeline.runs_24h is 'Runs begun in the last 24 hours that have finished';
comment on column mart.pipeline.failed_24h is 'Those of them that failed or were interrupted';
comment on column mart.pipeline.success_24h_percent is 'Share of them that did not fail; NULL without a run';
comment on column mart.pipeline.median_24h_ms is 'Median duration of a run, milliseconds';
comment on column mart.pipeline.read_24h is 'Records read in the last 24 hours';
comment on column mart.pipeline.written_24h is 'Records of them that made or changed a row';
comment on column mart.pipeline.rejected_24h is 'Records of them that went to the dead letter';
comment on column mart.pipeline.difference_24h is 'Records read and not accounted for: must be 0';
comment on column mart.pipeline.open_dead_letters is 'Dead letters waiting to be repaired, replayed or dismissed';
comment on column mart.pipeline.pending_objects is 'Landed answers waiting to be loaded, those of runs under way left out; which ones is in ops.pending';

create view mart.pipeline_run as
select p.pipeline, r.run_id, r.cause, r.state, r.started_at, r.finished_at,
       round(extract(epoch from r.finished_at - r.started_at) * 1000) as duration_ms,
       r.read, r.inserted, r.updated, r.unchanged, r.rejected, r.error_code, r.error_message
from ops.pipeline p
cross join lateral (
    select * from ops.run x where x.pipeline = p.pipeline order by x.started_at desc limit 40
) r
order by p.pipeline, r.started_at;
comment on view mart.pipeline_run is 'What happened in the last 40 runs of each pipeline?';
comment on column mart.pipeline_run.pipeline is 'Pipeline';
comment on column mart.pipeline_run.run_id is 'Run';
comment on column mart.pipeline_run.cause is 'schedule, asked, catch-up, replay, rebuild';
comment on column mart.pipeline_run.state is 'running, succeeded, empty, failed, interrupted';
comment on column mart.pipeline_run.started_at is 'When it began';
comment on column mart.pipeline_run.finished_at is 'When it ended';
comment on column mart.pipeline_run.duration_ms is 'How long it took, milliseconds';
comment on column mart.pipeline_run.read is 'Records read';
comment on column mart.pipeline_run.inserted is 'New rows';
comment on column mart.pipeline_run.updated is 'Changed rows';
comment on column mart.pipeline_run.unchanged is 'Records that were there already';
comment on column mart.pipeline_run.rejected is 'Records in the dead letter';
comment on column mart.pipeline_run.error_code is 'Why it failed, for counting';
comment on column mart.pipeline_run.error_message is 'Why it failed, for a person';

create view mart.user_newest as
select concat_ws(' ', first_name, left(last_name, 1) || '.') as name, city, country, latitude, longitude,
       subscription_plan, ingested_at, run_id
from users.profile
order by ingested_at desc
limit 20;
comment on view mart.user_newest is 'Who signed up last?';
comment on column mart.user_newest.name is 'First name and first letter of the last name';
comment on column mart.user_newest.city is 'City';
comment on column mart.user_newest.country is 'Country';
comment on column mart.user_newest.latitude is 'Reported position, degrees north; unrelated to the address';
comment on column mart.user_newest.longitude is 'Reported position, degrees east; unrelated to the address';
comment on column mart.user_newest.subscription_plan is 'Subscription plan';
comment on column mart.user_newest.ingested_at is 'When the user arrived here';
comment on column mart.user_newest.run_id is 'Run that wrote the row: users of one batch share it';

create view mart.user_total as
select count(*) as users, max(ingested_at) as newest_at, min(ingested_at) as oldest_at
from users.profile;
comment on view mart.user_total is 'How many users are there?';
comment on column mart.user_total.users is 'Users';
comment on column mart.user_total.newest_at is 'When the newest arrived here';
comment on column mart.user_total.oldest_at is 'When the first arrived here';

create view mart.user_position as
select round(latitude::numeric, 1) as latitude, round(longitude::numeric, 1) as longitude, newest
from (
    select latitude, longitude, ingested_at, run_id = first_value(run_id) over (order by ingested_at desc) as newest
    from (select * from users.profile order by ingested_at desc limit 1000) recent
) batch
where latitude between -90 and 90 and longitude between -180 and 180
order by ingested_at;
comment on view mart.user_position is 'Where do the newest 1,000 users report to be?';
comment on column mart.user_position.latitude is 'Reported position, degrees north, rounded to 0.1; unrelated to the address';
comment on column mart.user_position.longitude is 'Reported position, degrees east, rounded to 0.1; unrelated to the address';
comment on column mart.user_position.newest is 'Whether the user came with the newest batch';

create view mart.dead_letter as
select pipeline, code, count(*) as letters, min(rejected_at) as first_at, max(last_seen_at) as last_at,
       (array_agg(left(message, 300) order by last_seen_at desc))[1] as example
from ops.dead_letter
where state = 'open'
group by pipeline, code
order by pipeline, letters desc, code;
comment on view mart.dead_letter is 'What could not be loaded, and why?';
comment on column mart.dead_letter.pipeline is 'Pipeline';
comment on column mart.dead_letter.code is 'Reason';
comment on column mart.dead_letter.letters is 'Open dead letters with that reason';
comment on column mart.dead_letter.first_at is 'When the first was rejected';
comment on column mart.dead_letter.last_at is 'When the last was delivered';
comment on column mart.dead_letter.example is 'The newest message';

grant usage on schema mart to "${serai.reader}";
grant select on all tables in schema mart to "${serai.reader}";
alter default privileges in schema mart grant select on tables to "${serai.reader}";
