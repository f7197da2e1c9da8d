-- Several processes on one set of stores: which there are, and which of them holds what.

create table ops.node (
    node       text primary key,
    process    uuid not null,
    version    text not null,
    nodes      integer not null,
    serves     boolean not null,
    started_at timestamptz not null,
    seen_at    timestamptz not null default clock_timestamp(),
    ended_at   timestamptz
);
comment on table ops.node is 'One row per application process, living, ended or gone; one that was not seen for ten seconds is taken for gone, after a day it is forgotten';
comment on column ops.node.node is 'Process: host and management port';
comment on column ops.node.process is 'Made anew at each start: tells a process from the one before it at the same address';
comment on column ops.node.version is 'Version of Serai';
comment on column ops.node.nodes is 'Its setting nodes';
comment on column ops.node.serves is 'Whether its routes have started, so that it takes its share';
comment on column ops.node.started_at is 'When it started';
comment on column ops.node.seen_at is 'When it reported last, by the clock of the database';
comment on column ops.node.ended_at is 'When it was stopped; NULL while it lives, and for one that was killed';

create table ops.lease (
    pool       text not null,
    name       text not null,
    token      bigint not null default 0,
    process    uuid,
    node       text,
    taken_at   timestamptz,
    expires_at timestamptz,
    primary key (pool, name),
    check ((process is null) = (node is null))
);
comment on table ops.lease is 'One row per thing that one process holds at a time; written only where several work together';
comment on column ops.lease.pool is 'Things that are shared out evenly: routes, or the sessions of one subscription by its client id';
comment on column ops.lease.name is 'Route with a schedule or a timer, or client id of a session at the broker';
comment on column ops.lease.token is 'Grows with each holder; a load that names an older one is refused';
comment on column ops.lease.process is 'Who holds it; NULL for nobody';
comment on column ops.lease.node is 'The same, for people';
comment on column ops.lease.taken_at is 'Since when';
comment on column ops.lease.expires_at is 'When anybody may take it, unless its holder has renewed it; by the clock of the database';

create table ops.subscription (
    client_id      text primary key,
    sessions       integer not null,
    alone_ended_at timestamptz
);
comment on table ops.subscription is 'One row per subscription that several processes have shared at any time; its sessions at the broker stay as many, because messages wait in each';
comment on column ops.subscription.client_id is 'Client id as the route gives it; that of a session has -1, -2 … at its end';
comment on column ops.subscription.sessions is 'How many sessions there are';
comment on column ops.subscription.alone_ended_at is 'When the session under the client id itself, of a single process, was last found empty or missing, and ended; NULL before';

create table ops.asked_run (
    run_id   uuid primary key,
    route    text not null,
    asked_at timestamptz not null default clock_timestamp()
);
comment on table ops.asked_run is 'One row per run that somebody asked a process for which does not hold the route: its holder takes it';
comment on column ops.asked_run.run_id is 'Run';
comment on column ops.asked_run.route is 'Route';
comment on column ops.asked_run.asked_at is 'When';

alter table ops.run add column lease_token bigint;
comment on column ops.run.lease_token is 'Token under which its process held the route when the run began; NULL where one process works alone';

-- A load of a run whose process has lost its route meanwhile is refused, in the transaction that would have written the rows.
-- While it goes on nobody can take the route.
create function ops.require_lease(run_id uuid) returns void language plpgsql as $$
declare
    given bigint;
    current bigint;
    holder text;
begin
    select r.lease_token, l.token, l.node into given, current, holder
    from ops.run r
    join ops.lease l on l.pool = 'routes' and l.name = r.route
    where r.run_id = require_lease.run_id and r.lease_token is not null
    for key share of l;
    if current <> given then
        raise exception 'this run began under token % of its route, which has % now, held by %: nothing is stored, what has landed is loaded by the catch-up',
            given, current, coalesce(holder, 'nobody') using errcode = 'SR001';
    end if;
end
$$;
comment on function ops.require_lease is 'Fails unless the process of a run still holds the route of the run, or works alone';

-- As before, and: only for a process that still holds the route.
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
    perform ops.require_lease(run_id);
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

create view mart.node as
select n.node,
       case when n.ended_at is not null then 'ended'
            when n.seen_at < now() - interval '10 seconds' then 'gone'
            else 'living' end as state,
       n.started_at, coalesce(n.ended_at, n.seen_at) as last_seen_at, n.version, n.nodes,
       coalesce(h.holds, array[]::text[]) as holds
from ops.node n
left join lateral (
    select array_agg(l.name order by l.pool = 'routes' desc, l.name) as holds
    from ops.lease l where l.process = n.process and l.expires_at > now()
) h on true
order by n.ended_at is not null, n.seen_at < now() - interval '10 seconds', n.node;
comment on view mart.node is 'Which processes are there, and what does each of them hold?';
comment on column mart.node.node is 'Process: host and management port';
comment on column mart.node.state is 'living; ended (it was stopped); gone (it has not reported for ten seconds)';
comment on column mart.node.started_at is 'When it started';
comment on column mart.node.last_seen_at is 'When it reported last, or was stopped';
comment on column mart.node.version is 'Version of Serai';
comment on column mart.node.nodes is 'How many processes it was told there are';
comment on column mart.node.holds is 'Routes whose schedule or timer it serves, and sessions at the broker; empty where one process works alone and holds everything';

grant select on mart.node to "${serai.reader}";
