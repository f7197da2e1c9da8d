-- What following the community needs beside its tables: versions, plans, the state of the change streams, comparisons.

create sequence community.version as bigint;

-- Microseconds since 1970 by the clock of the database, and always more than the last one: a clock that is set back does
-- not make new states look old. Taken before a document is read, so a state that was read later has a larger one.
create function community.next_version() returns bigint language plpgsql as $$
declare
    version bigint;
begin
    perform pg_advisory_xact_lock(hashtext('community version'));
    version := greatest(nextval('community.version'), cast(extract(epoch from clock_timestamp()) * 1000000 as bigint));
    perform setval('community.version', version);
    return version;
end
$$;
comment on function community.next_version is 'Version of what is read from now on: microseconds since 1970, never going back';

-- A plan is what the living subscription that started last says, so it does not depend on the order of loads.
-- changed is how many subscriptions the calling statement has changed: it has to have done so before this runs.
create function community.settle_plans(plan_ids text[], changed bigint, run_id uuid) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
    settled bigint;
begin
    if changed = 0 then
        return 0;
    end if;
    with newest as (
        select p.plan_id, s.*
        from (select distinct unnest(plan_ids) collate "C" as plan_id) p
        left join lateral (
            select s.plan_description, s.plan_cost, s.currency, s.plan_length, s.plan_length_unit, s.payment_type,
                   s.subscription_id, s.source_version, s.raw_object
            from community.subscriptions s
            where s.plan_id = p.plan_id and s.deleted_at is null
            order by s.start_at desc nulls last, s.subscription_id desc
            limit 1
        ) s on true
        where p.plan_id is not null
    ), gone as (
        update community.plans p
        set deleted_at = now(), changed_at = now(), run_id = settle_plans.run_id
        from newest n
        where p.plan_id = n.plan_id and n.subscription_id is null and p.deleted_at is null
        returning 1
    ), stored as (
        insert into community.plans as p (plan_id, description, cost, currency, length, length_unit, payment_type,
                                          subscription_id, source_version, run_id, raw_object)
        select plan_id, plan_description, plan_cost, currency, plan_length, plan_length_unit, payment_type,
               subscription_id, source_version, settle_plans.run_id, raw_object
        from newest
        where subscription_id is not null
        on conflict (plan_id) do update set
            description = excluded.description, cost = excluded.cost, currency = excluded.currency,
            length = excluded.length, length_unit = excluded.length_unit, payment_type = excluded.payment_type,
            subscription_id = excluded.subscription_id, source_version = excluded.source_version,
            changed_at = now(), deleted_at = null, run_id = excluded.run_id, raw_object = excluded.raw_object
        where (p.description, p.cost, p.currency, p.length, p.length_unit, p.payment_type, p.subscription_id, p.deleted_at)
              is distinct from
              (excluded.description, excluded.cost, excluded.currency, excluded.length, excluded.length_unit,
               excluded.payment_type, excluded.subscription_id, null)
        returning 1
    )
    select (select count(*) from gone) + (select count(*) from stored) into settled;
    return settled;
end
$$;
comment on function community.settle_plans is 'Brings plans up to date with the subscriptions that the calling statement has changed; yields how many it changed';

create table community.change_stream (
    collection  text primary key,
    state       text not null check (state in ('following', 'lost', 'unsupported', 'off')),
    reason      text,
    since_at    timestamptz not null default now(),
    sweep_after bigint
);
comment on table community.change_stream is 'One row per collection: whether changes are followed as they happen, or found by sweeps only';
comment on column community.change_stream.collection is 'Collection';
comment on column community.change_stream.state is 'following; lost (changes were missed, a sweep is on its way to find them); unsupported (by the server); off (by the setting)';
comment on column community.change_stream.reason is 'Why it is not following, for a person';
comment on column community.change_stream.since_at is 'Since when it is in this state';
comment on column community.change_stream.sweep_after is 'A sweep that began at this version or later finds what was missed; NULL if nothing was';

create table ops.reconciliation (
    run_id      uuid not null,
    dataset     text not null,
    source_rows bigint not null,
    table_rows  bigint not null,
    missing     bigint not null,
    extra       bigint not null,
    different   bigint not null,
    examples    jsonb not null,
    checked_at  timestamptz not null default clock_timestamp(),
    primary key (run_id, dataset)
);
create index reconciliation_by_dataset on ops.reconciliation (dataset, checked_at desc);
comment on table ops.reconciliation is 'One row per run and table: the table compared with its source, row by row';
comment on column ops.reconciliation.run_id is 'Run that compared';
comment on column ops.reconciliation.dataset is 'Table';
comment on column ops.reconciliation.source_rows is 'Rows that the source makes';
comment on column ops.reconciliation.table_rows is 'Rows in the table that are not marked as gone';
comment on column ops.reconciliation.missing is 'Rows of the source that the table has not; like the next two only if it lasted for the patience of the comparison';
comment on column ops.reconciliation.extra is 'Rows of the table that the source has not';
comment on column ops.reconciliation.different is 'Rows that are in both and not equal';
comment on column ops.reconciliation.examples is 'Some of them: [{"kind", "key", "source", "table"}], values cut to 200 characters';
comment on column ops.reconciliation.checked_at is 'When the comparison ended';
