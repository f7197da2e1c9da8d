-- What is guaranteed, by which key, and how long an outage of each store may last before that ends.

alter table ops.stream add column queue_limit bigint, add column messages_per_second double precision;
comment on column ops.stream.queue_limit is 'Messages that the broker keeps for an absent subscriber; 0 for all, or if it is not known; NULL until a minute was watched';
comment on column ops.stream.messages_per_second is 'Messages that come, the lowest of the last three minutes; NULL until a minute was watched';

create table ops.guarantee (
    pipeline    text not null,
    dataset     text not null,
    kind        text not null check (kind in ('first', 'newest', 'every', 'upkeep')),
    key         text[] not null,
    computed_at timestamptz not null default clock_timestamp(),
    primary key (pipeline, dataset)
);
comment on table ops.guarantee is 'One row per pipeline and table that it loads, or what it writes instead: computed at the start from routes, statements, dataset files and unique indexes, and looked at again with the alerts';
comment on column ops.guarantee.pipeline is 'Pipeline';
comment on column ops.guarantee.dataset is 'Table that is loaded; S3 for a pipeline that only keeps what comes; empty for one that keeps house';
comment on column ops.guarantee.kind is 'first (a record counts once, what came first stays), newest (once, in its newest state), every (each at least once), upkeep (loads no records of its own)';
comment on column ops.guarantee.key is 'Columns by which a record delivered again is known, as a unique index has them; empty if there are none';
comment on column ops.guarantee.computed_at is 'When this last turned out to be so';

create table ops.outage (
    pipeline         text not null,
    store            text not null check (store in ('PostgreSQL', 'S3', 'broker', 'MongoDB', 'source', 'disk')),
    kept_by          text not null check (kept_by in ('queue', 'landing', 'source', 'nobody', 'next run', 'changes', 'disk')),
    survives_seconds double precision,
    because          text not null,
    computed_at      timestamptz not null default clock_timestamp(),
    primary key (pipeline, store)
);
comment on table ops.outage is 'One row per pipeline and store that it needs: what becomes of the data while the store is away';
comment on column ops.outage.pipeline is 'Pipeline';
comment on column ops.outage.store is 'PostgreSQL, S3, broker, MongoDB, source (an HTTP API or a file), disk (of this process)';
comment on column ops.outage.kept_by is 'Who keeps the data meanwhile: queue (of the broker), landing (in S3), source, changes (the log of a MongoDB server), disk, next run (makes up for it), nobody';
comment on column ops.outage.survives_seconds is 'How long it may last, as measured by the process; NULL without a limit, if it is not known, and for a queue, which ops.stream tells of';
comment on column ops.outage.because is 'Why, as a person would say it';
comment on column ops.outage.computed_at is 'When it was measured';

create view mart.guarantee as
with stream as (
    -- where several processes read one, the worst of those that still report
    select pipeline, max(queue_limit) as queue_limit, sum(messages_per_second) as per_second,
           max(case when not connected then extract(epoch from clock_timestamp() - since_at)
                    when failing_since_at is not null then extract(epoch from clock_timestamp() - failing_since_at)
                    else 0 end) as away
    from ops.stream
    where updated_at > clock_timestamp() - interval '1 minute'
    group by pipeline
), queue as (
    select pipeline, queue_limit, per_second,
           case when queue_limit > 0 and per_second > 0 then greatest(0, floor(queue_limit / per_second - away)) end as seconds
    from stream
), guarantee as (
    select pipeline, min(kind) as kind,
           string_agg(case when key = '{}' then null else array_to_string(key, ', ') end, '; ' order by dataset) as key,
           string_agg(case
               when kind = 'upkeep' then 'loads no records of its own: a run that fails or is missed is made up for by the next'
               when kind = 'every' then format('each message is in %s at least once, as it came', dataset)
               when key = '{}' then format('a record that is delivered again is a further row of %s: no unique index tells it', dataset)
               when kind = 'first' then format('each record counts once in %s, by %s: what came first stays', dataset, array_to_string(key, ', '))
               else format('each record is in %s once, by %s, in its newest state', dataset, array_to_string(key, ', '))
           end, '; ' order by dataset) as says
    from ops.guarantee
    group by pipeline
), outage as (
    select o.pipeline, o.store, o.kept_by,
           floor(case when o.kept_by = 'queue' then q.seconds else o.survives_seconds end)::bigint as survives_seconds,
           case when o.kept_by <> 'queue' then o.because
                when q.per_second is null then 'the broker keeps what comes; how much comes is known when a minute was watched'
                when q.queue_limit = 0 then 'the broker keeps what comes, and no limit of it is known'
                when q.per_second = 0 then format('the broker keeps %s messages, and none comes at present', q.queue_limit)
                else format('the broker keeps %s messages, and %s a second come', q.queue_limit, round(q.per_second::numeric, 1))
           end as because
    from ops.outage o left join queue q using (pipeline)
)
select p.pipeline, coalesce(g.kind, 'upkeep') as guarantee, g.key, g.says, o.store, o.kept_by, o.survives_seconds,
       case when o.store is null then null
            when o.survives_seconds is null then 'no limit known'
            when o.survives_seconds < 120 then o.survives_seconds || ' s'
            when o.survives_seconds < 7200 then o.survives_seconds / 60 || ' min'
            when o.survives_seconds < 172800 then o.survives_seconds / 3600 || ' h'
            else o.survives_seconds / 86400 || ' days' end as survives, o.because,
       coalesce(o.survives_seconds < 600, false) as warning
from ops.pipeline p
join guarantee g using (pipeline)
left join outage o using (pipeline)
order by p.pipeline, o.survives_seconds nulls last, o.store;
comment on view mart.guarantee is 'What is guaranteed for each pipeline, and how long an outage of each store does it survive now?';
comment on column mart.guarantee.pipeline is 'Pipeline';
comment on column mart.guarantee.guarantee is 'first (a record counts once, what came first stays), newest (once, in its newest state), every (each at least once), upkeep (loads no records of its own)';
comment on column mart.guarantee.key is 'Columns by which a record delivered again is known; NULL if there are none';
comment on column mart.guarantee.says is 'What is guaranteed, as a person would say it';
comment on column mart.guarantee.store is 'PostgreSQL, S3, broker, MongoDB, source (an HTTP API or a file), disk (of the process); NULL if it needs none';
comment on column mart.guarantee.kept_by is 'Who keeps the data while the store is away: queue, landing, source, changes, disk, next run, nobody';
comment on column mart.guarantee.survives_seconds is 'How long an outage that begins now may last before data are lost, or found late only; of one under way, what is left; NULL if no limit is known';
comment on column mart.guarantee.survives is 'The same in words';
comment on column mart.guarantee.because is 'Why, as a person would say it';
comment on column mart.guarantee.warning is 'Whether that is less than ten minutes';

alter table ops.alert drop constraint alert_kind_check,
    add constraint alert_kind_check check (kind in ('check', 'run', 'dead-letter', 'silence', 'outage'));
comment on column ops.alert.kind is 'check (failed or broken, of severity error), run (failed, missed, disconnected), dead-letter (grows), silence (of a source), outage (one of ten minutes would cost data)';

create or replace view ops.alert_cause as
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
group by pipeline
union all
select 'outage ' || pipeline || ' ' || store, 'outage', pipeline,
       case store when 'disk' then format('%s has room on its disk for %s only: %s', pipeline, survives, because)
                  else format('%s survives an outage of %s for %s only: %s', pipeline, store, survives, because) end
from mart.guarantee
where warning;
comment on column ops.alert_cause.kind is 'check, run, dead-letter, silence, outage';
comment on column mart.alert.kind is 'check (failed or broken, of severity error), run (failed, missed, disconnected), dead-letter (grows), silence (of a source), outage (one of ten minutes would cost data)';

create view mart.community_change_stream as
select s.collection, s.state, s.reason, s.since_at, count(d.path) as unknown_fields, max(d.last_seen_at) as unknown_last_seen_at
from community.change_stream s
left join community.drift d using (collection)
group by s.collection
order by s.collection;
comment on view mart.community_change_stream is 'Are changes of the community seen as they happen, and has its form changed?';
comment on column mart.community_change_stream.collection is 'Collection';
comment on column mart.community_change_stream.state is 'following; lost (changes were missed, a sweep is on its way to find them); unsupported (by the server); off (by the setting)';
comment on column mart.community_change_stream.reason is 'Why it is not following';
comment on column mart.community_change_stream.since_at is 'Since when it is in this state';
comment on column mart.community_change_stream.unknown_fields is 'Fields of the source that no column knows; their values are in the columns named extra';
comment on column mart.community_change_stream.unknown_last_seen_at is 'When one of them was last seen; NULL for never';

grant select on mart.guarantee, mart.community_change_stream to "${serai.reader}";
