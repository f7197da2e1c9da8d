-- What one load changes may be one user or some thousand. A plan that PostgreSQL made for a few and keeps for the session
-- compared each of a thousand users with each other; here nothing is left to compare but by an index, in order, or by a hash.
-- "offset 0" keeps PostgreSQL from reading a whole index of rows that are not deleted: until the first ANALYZE it takes them for few.

create or replace procedure ops.create_counter(name text, variables text, text text, meaning text) language plpgsql as $$
begin
    execute format('create or replace function %s() returns trigger language plpgsql as %L', name,
        'declare ' || variables || ' begin '
        || (select string_agg(format('%s tg_op = %L then if exists (select from %s) then %s end if; ', word, operation, of,
                                     replace(text, 'changed c', ops.changed_rows(operation) || ' c')), ' ' order by place)
            from (values (1, 'if', 'INSERT', 'new_rows'), (2, 'elsif', 'UPDATE', 'new_rows'), (3, 'elsif', 'DELETE', 'old_rows'))
                e(place, word, operation, of))
        || 'end if; return null; end');
    execute format('comment on function %s() is %L', name, meaning);
end
$$;

-- The rows are looked at once for both.
call ops.create_counter('community.count_messages', '', $$
    with counted as materialized (
        select user_id, group_id, week_on, sum(change) as messages
        from (
            select user_id, group_id, community.week_of(message_at) as week_on, change
            from changed c
            where deleted_at is null and message_at is not null
        ) d
        group by 1, 2, 3
        having sum(change) <> 0
    ), by_user as (
        insert into community.user_week as w (user_id, week_on, messages, counted)
        select c.user_id, c.week_on, c.messages, coalesce((
                   select u.deleted_at is null and community.week_of(coalesce(u.sign_up_at, '-infinity')) <= c.week_on
                   from community.users u where u.user_id = c.user_id), false)
        from (select user_id, week_on, sum(messages) as messages from counted group by 1, 2 having sum(messages) <> 0) c
        order by 1, 2
        on conflict (user_id, week_on) do update set messages = w.messages + excluded.messages
    )
    insert into community.group_week as w (group_id, week_on, messages, counted)
    select c.group_id, c.week_on, c.messages, coalesce((
               select s.from_on <= c.week_on from community.group_since s where s.group_id = c.group_id), false)
    from (select group_id, week_on, sum(messages) as messages from counted group by 1, 2 having sum(messages) <> 0) c
    order by 1, 2
    on conflict (group_id, week_on) do update set messages = w.messages + excluded.messages;
$$, 'Keeps community.user_week and community.group_week');

create or replace function community.settle_groups(group_ids text[]) returns void language plpgsql as $$
#variable_conflict use_column
begin
    with since as materialized (
        select g.group_id, community.week_of(least(g.start_at, (
                   select min(coalesce(u.sign_up_at, timestamptz '-infinity'))
                   from community.users u where u.group_id = g.group_id and u.deleted_at is null))) as from_on
        from community.groups g
        where g.group_id = any (group_ids) and g.deleted_at is null
    ), gone as (
        delete from community.group_since
        where group_id = any (group_ids) and group_id not in (select n.group_id from since n where n.from_on is not null)
    )
    insert into community.group_since as s (group_id, from_on)
    select group_id, from_on from since where from_on is not null
    order by group_id
    on conflict (group_id) do update set from_on = excluded.from_on where s.from_on <> excluded.from_on;
end
$$;

create or replace function community.settle_plan_periods(user_ids text[]) returns void language plpgsql as $$
#variable_conflict use_column
begin
    with beginning as (
        -- of those that begin at one instant the one with the first key counts; those without a beginning come last
        select distinct on (u.user_id, s.start_at) u.user_id, s.start_at, s.plan_id, s.user_id is not null as subscribed
        from (select user_id, deleted_at from community.users where user_id = any (user_ids) offset 0) u
        left join lateral (
            select s.* from community.subscriptions s where s.user_id = u.user_id offset 0
        ) s on s.deleted_at is null
        where u.deleted_at is null
        order by u.user_id, s.start_at, s.subscription_id
    ), period as materialized (
        select user_id, case when place = 1 then '-infinity' else start_at end as from_at,
               coalesce(next_at, 'infinity') as to_at, plan_id, subscribed
        from (
            select *, row_number() over in_order as place, lead(start_at) over in_order as next_at
            from beginning
            window in_order as (partition by user_id order by start_at)
        ) r
        where place = 1 or start_at < 'infinity'
    ), gone as (
        delete from community.plan_period
        where user_id = any (user_ids) and (user_id, from_at) not in (select n.user_id, n.from_at from period n)
    )
    insert into community.plan_period as p (user_id, from_at, to_at, plan_id, subscribed)
    select user_id, from_at, to_at, plan_id, subscribed from period
    order by user_id, from_at
    on conflict (user_id, from_at) do update
        set to_at = excluded.to_at, plan_id = excluded.plan_id, subscribed = excluded.subscribed
        where (p.to_at, p.plan_id, p.subscribed) is distinct from (excluded.to_at, excluded.plan_id, excluded.subscribed);
end
$$;

-- The last one of a plan by its index, which has those without a beginning at the end.
create or replace function community.settle_plans(plan_ids text[], changed bigint, run_id uuid) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
    settled bigint;
begin
    if changed = 0 then
        return 0;
    end if;
    with newest as materialized (
        select p.plan_id, s.*
        from (select distinct unnest(plan_ids) collate "C" as plan_id) p
        left join lateral (
            select s.plan_description, s.plan_cost, s.currency, s.plan_length, s.plan_length_unit, s.payment_type,
                   s.subscription_id, s.source_version, s.raw_object
            from (
                (select * from community.subscriptions
                 where plan_id = p.plan_id and deleted_at is null and start_at is not null
                 order by start_at desc, subscription_id desc limit 1)
                union all
                (select * from community.subscriptions
                 where plan_id = p.plan_id and deleted_at is null and start_at is null
                 order by subscription_id desc limit 1)
            ) s
            order by s.start_at nulls last
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
