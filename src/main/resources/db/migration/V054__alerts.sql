-- What is wrong is said once when it begins and once when it is over.

create index dead_letter_newly_open on ops.dead_letter (rejected_at) where state = 'open';

create table ops.alert (
    alert_id      bigint generated always as identity primary key,
    cause         text not null,
    kind          text not null check (kind in ('check', 'run', 'dead-letter', 'silence')),
    subject       text not null,
    says          text not null,
    opened_at     timestamptz not null default clock_timestamp(),
    last_seen_at  timestamptz not null default clock_timestamp(),
    closed_at     timestamptz,
    telling_at    timestamptz,
    opened_told_at timestamptz,
    closed_told_at timestamptz,
    telling_error text
);
create unique index alert_open on ops.alert (cause) where closed_at is null;
create index alert_untold on ops.alert (alert_id) where opened_told_at is null or closed_at is not null and closed_told_at is null;
create index alert_by_time on ops.alert (opened_at);
comment on table ops.alert is 'One row per cause from when it is first seen until it is gone, however often it is seen meanwhile';
comment on column ops.alert.alert_id is 'Number of the alert';
comment on column ops.alert.cause is 'What is wrong, in one form for all times it is seen';
comment on column ops.alert.kind is 'check (failed or broken, of severity error), run (failed, missed, disconnected), dead-letter (grows), silence (of a source)';
comment on column ops.alert.subject is 'Check or pipeline';
comment on column ops.alert.says is 'What is wrong, as a person would say it; as it was seen last';
comment on column ops.alert.opened_at is 'When it was first seen';
comment on column ops.alert.last_seen_at is 'When it was last seen';
comment on column ops.alert.closed_at is 'When it was gone; NULL while it is there';
comment on column ops.alert.telling_at is 'When a process last began to tell it through the route alert; another one tries after a minute';
comment on column ops.alert.opened_told_at is 'When the route alert had taken the opening';
comment on column ops.alert.closed_told_at is 'When it had taken the closing';
comment on column ops.alert.telling_error is 'Why it could not be told the last time; NULL if it could';

create view ops.alert_cause as
select 'check ' || check_id as cause, 'check' as kind, check_id as subject, dataset || ': ' || says as says
from mart.quality_now
where severity = 'error' and state in ('failed', 'broken')
union all
select 'run ' || pipeline, 'run', pipeline,
       pipeline || case state when 'failing' then ' is failing' when 'missed' then ' missed a run' else ' is disconnected' end || coalesce(': ' || reason, '')
from mart.pipeline
where state in ('failing', 'missed', 'disconnected')
union all
select 'silence ' || pipeline, 'silence', pipeline, pipeline || ' has gone silent' || coalesce(': ' || reason, '')
from mart.pipeline
where state = 'silent'
union all
select 'dead-letter ' || pipeline, 'dead-letter', pipeline,
       format('The dead letter of %s grows: %s %s could not be loaded in a quarter of an hour, the last because %s', pipeline, count(*),
              case count(*) when 1 then 'record' else 'records' end, (array_agg(left(message, 200) order by rejected_at desc))[1])
from ops.dead_letter
where state = 'open' and rejected_at > now() - interval '15 minutes'
group by pipeline;
comment on view ops.alert_cause is 'What is wrong now';
comment on column ops.alert_cause.cause is 'What is wrong, in one form for all times it is seen';
comment on column ops.alert_cause.kind is 'check, run, dead-letter, silence';
comment on column ops.alert_cause.subject is 'Check or pipeline';
comment on column ops.alert_cause.says is 'What is wrong, as a person would say it';

create view mart.alert as
select alert_id, kind, subject, says, case when closed_at is null then 'open' else 'closed' end as state, opened_at, last_seen_at, closed_at, telling_error
from ops.alert
where closed_at is null or closed_at > now() - interval '7 days'
order by closed_at desc nulls first, opened_at desc
limit 1000;
comment on view mart.alert is 'What is wrong, since when, and what was wrong in the last 7 days?';
comment on column mart.alert.alert_id is 'Number of the alert';
comment on column mart.alert.kind is 'check (failed or broken, of severity error), run (failed, missed, disconnected), dead-letter (grows), silence (of a source)';
comment on column mart.alert.subject is 'Check or pipeline';
comment on column mart.alert.says is 'What is wrong, as a person would say it';
comment on column mart.alert.state is 'open or closed';
comment on column mart.alert.opened_at is 'When it was first seen';
comment on column mart.alert.last_seen_at is 'When it was last seen';
comment on column mart.alert.closed_at is 'When it was gone';
comment on column mart.alert.telling_error is 'Why it could not be told; NULL if it could';

grant select on all tables in schema mart to "${serai.reader}";
