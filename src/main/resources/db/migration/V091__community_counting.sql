-- How the counts of the community are kept; see V090.
--
-- ops.create_counter writes each trigger function once for inserts, updates and deletes: "changed" in its text is what the
-- statement did, see ops.changed_rows. A statement that did nothing, as most of a load, costs one look; the rest is planned once a session.

create procedure ops.create_counter(name text, variables text, text text, meaning text) language plpgsql as $$
begin
    execute format('create function %s() returns trigger language plpgsql as %L', name,
        'declare ' || variables || ' begin '
        || (select string_agg(format('%s tg_op = %L then if exists (select from %s) then %s end if; ', word, operation, of,
                                     replace(text, 'changed c', ops.changed_rows(operation) || ' c')), ' ' order by place)
            from (values (1, 'if', 'INSERT', 'new_rows'), (2, 'elsif', 'UPDATE', 'new_rows'), (3, 'elsif', 'DELETE', 'old_rows'))
                e(place, word, operation, of))
        || 'end if; return null; end');
    execute format('comment on function %s() is %L', name, meaning);
end
$$;
comment on procedure ops.create_counter(text, text, text, text) is 'Makes a trigger function that counts what a statement changed';

-- ---- by week

call ops.create_counter('community.count_user_weeks', '', $$
    insert into community.week_total as t (week_on, writers, user_messages, messages)
    select week_on, having_messages, counted_messages, all_messages
    from (
        select week_on, sum(change * (counted and messages > 0)::int) as having_messages,
               sum(case when counted then change * messages else 0 end) as counted_messages, sum(change * messages) as all_messages
        from changed c
        group by week_on
    ) d
    where having_messages <> 0 or counted_messages <> 0 or all_messages <> 0
    order by week_on
    on conflict (week_on) do update
        set writers = t.writers + excluded.writers, user_messages = t.user_messages + excluded.user_messages, messages = t.messages + excluded.messages;
$$, 'Keeps what community.week_total says of community.user_week');

call ops.create_counter('community.count_group_weeks', '', $$
    insert into community.week_total as t (week_on, writing_groups, group_messages)
    select week_on, having_messages, counted_messages
    from (
        select week_on, sum(change * (counted and messages > 0)::int) as having_messages,
               sum(case when counted then change * messages else 0 end) as counted_messages
        from changed c
        group by week_on
    ) d
    where having_messages <> 0 or counted_messages <> 0
    order by week_on
    on conflict (week_on) do update
        set writing_groups = t.writing_groups + excluded.writing_groups, group_messages = t.group_messages + excluded.group_messages;
$$, 'Keeps what community.week_total says of community.group_week');

call ops.create_counter('community.count_messages', '', $$
    insert into community.user_week as w (user_id, week_on, messages, counted)
    select c.user_id, c.week_on, c.messages, coalesce((
               select u.deleted_at is null and community.week_of(coalesce(u.sign_up_at, '-infinity')) <= c.week_on
               from community.users u where u.user_id = c.user_id), false)
    from (
        select user_id, community.week_of(message_at) as week_on, sum(change) as messages
        from changed c
        where deleted_at is null and message_at is not null
        group by 1, 2
        having sum(change) <> 0
    ) c
    order by 1, 2
    on conflict (user_id, week_on) do update set messages = w.messages + excluded.messages;
    insert into community.group_week as w (group_id, week_on, messages, counted)
    select c.group_id, c.week_on, c.messages, coalesce((
               select s.from_on <= c.week_on from community.group_since s where s.group_id = c.group_id), false)
    from (
        select group_id, community.week_of(message_at) as week_on, sum(change) as messages
        from changed c
        where deleted_at is null and message_at is not null
        group by 1, 2
        having sum(change) <> 0
    ) c
    order by 1, 2
    on conflict (group_id, week_on) do update set messages = w.messages + excluded.messages;
$$, 'Keeps community.user_week and community.group_week');

create function community.settle_groups(group_ids text[]) returns void language plpgsql as $$
#variable_conflict use_column
begin
    with since as (
        select g.group_id, community.week_of(least(g.start_at, (
                   select min(coalesce(u.sign_up_at, timestamptz '-infinity'))
                   from community.users u where u.group_id = g.group_id and u.deleted_at is null))) as from_on
        from community.groups g
        where g.group_id = any (group_ids) and g.deleted_at is null
    ), gone as (
        delete from community.group_since s
        where s.group_id = any (group_ids)
          and not exists (select from since n where n.group_id = s.group_id and n.from_on is not null)
    )
    insert into community.group_since as s (group_id, from_on)
    select group_id, from_on from since where from_on is not null
    order by group_id
    on conflict (group_id) do update set from_on = excluded.from_on where s.from_on <> excluded.from_on;
end
$$;
comment on function community.settle_groups(text[]) is 'Brings community.group_since to what community.groups and community.users say of these groups';

call ops.create_counter('community.count_groups', 'ids text[];', $$
    insert into community.week_total as t (week_on, joined_groups)
    select from_on, sum(change) from changed c group by from_on having sum(change) <> 0 order by from_on
    on conflict (week_on) do update set joined_groups = t.joined_groups + excluded.joined_groups;
    select array_agg(distinct group_id) into ids from changed c;
    update community.group_week w
    set counted = not w.counted
    where w.group_id = any (ids)
      and w.counted <> coalesce((select s.from_on <= w.week_on from community.group_since s where s.group_id = w.group_id), false);
$$, 'Keeps what community.week_total and community.group_week say of groups');

-- ---- by plan

create function community.settle_plan_periods(user_ids text[]) returns void language plpgsql as $$
#variable_conflict use_column
begin
    with beginning as (
        -- of those that begin at one instant the one with the first key counts; those without a beginning come last
        select distinct on (s.user_id, s.start_at) s.user_id, s.start_at, s.plan_id
        from community.subscriptions s
        where s.user_id = any (user_ids) and s.deleted_at is null
        order by s.user_id, s.start_at, s.subscription_id
    ), ranked as (
        select *, row_number() over in_order as place, lead(start_at) over in_order as next_at
        from beginning
        window in_order as (partition by user_id order by start_at)
    ), period as (
        select u.user_id, case when coalesce(r.place, 1) = 1 then '-infinity' else r.start_at end as from_at,
               coalesce(r.next_at, 'infinity') as to_at, r.plan_id, r.user_id is not null as subscribed
        from community.users u
        left join ranked r on r.user_id = u.user_id and (r.place = 1 or r.start_at < 'infinity')
        where u.user_id = any (user_ids) and u.deleted_at is null
    ), gone as (
        delete from community.plan_period p
        where p.user_id = any (user_ids)
          and not exists (select from period n where n.user_id = p.user_id and n.from_at = p.from_at)
    )
    insert into community.plan_period as p (user_id, from_at, to_at, plan_id, subscribed)
    select user_id, from_at, to_at, plan_id, subscribed from period
    order by user_id, from_at
    on conflict (user_id, from_at) do update
        set to_at = excluded.to_at, plan_id = excluded.plan_id, subscribed = excluded.subscribed
        where (p.to_at, p.plan_id, p.subscribed) is distinct from (excluded.to_at, excluded.plan_id, excluded.subscribed);
end
$$;
comment on function community.settle_plan_periods(text[]) is 'Brings community.plan_period to what the tables say of these users';

call ops.create_counter('community.count_plans', '', $$
    insert into community.plan_total as t (since_at, plan_id, subscribed, users)
    select since_at, plan_id, subscribed, sum(users)
    from (
        select from_at as since_at, plan_id, subscribed, change as users from changed c
        union all
        select to_at, plan_id, subscribed, -change from changed c where to_at < 'infinity'
    ) d
    group by 1, 2, 3
    having sum(users) <> 0
    order by 1, 2, 3
    on conflict (since_at, plan_id, subscribed) do update set users = t.users + excluded.users;
    delete from community.plan_total where users = 0; -- by its index
$$, 'Keeps community.plan_total');

-- ---- what is changed by loads

call ops.create_counter('community.count_users', 'ids text[]; their_groups text[];', $$
    insert into community.week_total as t (week_on, joined_users)
    select community.week_of(coalesce(sign_up_at, '-infinity')), sum(change)
    from changed c where deleted_at is null
    group by 1 having sum(change) <> 0 order by 1
    on conflict (week_on) do update set joined_users = t.joined_users + excluded.joined_users;
    insert into community.sign_up_count as t (period, begins_on, continent, region, age_band, gender, sign_ups)
    select p.period, p.begins_on,
           coalesce(l.continent, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           coalesce(l.region, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           u.age_band, u.gender, sum(u.change)
    from (
        select (sign_up_at at time zone 'UTC')::date as day_on, country, community.age_band(age) as age_band,
               coalesce(nullif(trim(gender), ''), 'not given') as gender, sum(change) as change
        from changed c
        where deleted_at is null and isfinite(sign_up_at)
        group by 1, 2, 3, 4
        having sum(change) <> 0
    ) u
    left join community.country l on l.country_code = upper(trim(u.country))
    cross join lateral (values ('week', date_trunc('week', u.day_on::timestamp)::date),
                               ('month', date_trunc('month', u.day_on::timestamp)::date)) p(period, begins_on)
    group by 1, 2, 3, 4, 5, 6
    having sum(u.change) <> 0
    order by 1, 2, 3, 4, 5, 6
    on conflict (period, begins_on, continent, region, age_band, gender) do update set sign_ups = t.sign_ups + excluded.sign_ups;
    select array_agg(distinct user_id), array_agg(distinct group_id) filter (where group_id is not null) into ids, their_groups
    from (
        select user_id, group_id from changed c
        where deleted_at is null
        group by user_id, group_id, sign_up_at having sum(change) <> 0
    ) d;
    if ids is not null then
        update community.user_week w
        set counted = not w.counted
        where w.user_id = any (ids)
          and w.counted <> coalesce((
              select u.deleted_at is null and community.week_of(coalesce(u.sign_up_at, '-infinity')) <= w.week_on
              from community.users u where u.user_id = w.user_id), false);
        perform community.settle_groups(their_groups);
        perform community.settle_plan_periods(ids);
    end if;
$$, 'Brings the counts to what community.users says');

call ops.create_counter('community.count_group_starts', 'ids text[];', $$
    select array_agg(distinct group_id) into ids from changed c;
    perform community.settle_groups(ids);
$$, 'Brings the counts to what community.groups says');

call ops.create_counter('community.count_subscriptions', 'ids text[];', $$
    select array_agg(distinct user_id) into ids
    from (
        select user_id from changed c
        where deleted_at is null
        group by user_id, subscription_id, start_at, plan_id having sum(change) <> 0
    ) d;
    if ids is not null then
        perform community.settle_plan_periods(ids);
    end if;
$$, 'Brings the counts to what community.subscriptions says');

call ops.create_counter('community.count_invoices', '', $$
    insert into community.invoice_day as t (day_on, currency, invoices, amount)
    select (invoice_at at time zone 'UTC')::date, currency, sum(change), sum(change * coalesce(amount, 0))
    from changed c
    where deleted_at is null and status = 'settled' and invoice_at is not null
    group by 1, 2
    having sum(change) <> 0 or sum(change * coalesce(amount, 0)) <> 0
    order by 1, 2
    on conflict (day_on, currency) do update
        set invoices = t.invoices + excluded.invoices, amount = t.amount + excluded.amount;
$$, 'Keeps community.invoice_day');

-- Counts everything anew: after a truncate, and for what was loaded before there were these counts.
create function community.count_anew() returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('community load'));
    truncate community.user_week, community.group_week, community.group_since, community.week_total,
             community.plan_period, community.plan_total, community.invoice_day, community.sign_up_count;
    insert into community.week_total (week_on, joined_users)
    select community.week_of(coalesce(sign_up_at, '-infinity')), count(*) from community.users where deleted_at is null group by 1;
    insert into community.sign_up_count as t (period, begins_on, continent, region, age_band, gender, sign_ups)
    select p.period, p.begins_on,
           coalesce(l.continent, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           coalesce(l.region, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           u.age_band, u.gender, sum(u.change)
    from (
        select (sign_up_at at time zone 'UTC')::date as day_on, country, community.age_band(age) as age_band,
               coalesce(nullif(trim(gender), ''), 'not given') as gender, count(*) as change
        from community.users
        where deleted_at is null and isfinite(sign_up_at)
        group by 1, 2, 3, 4
    ) u
    left join community.country l on l.country_code = upper(trim(u.country))
    cross join lateral (values ('week', date_trunc('week', u.day_on::timestamp)::date),
                               ('month', date_trunc('month', u.day_on::timestamp)::date)) p(period, begins_on)
    group by 1, 2, 3, 4, 5, 6
    having sum(u.change) <> 0
    order by 1, 2, 3, 4, 5, 6
    on conflict (period, begins_on, continent, region, age_band, gender) do update set sign_ups = t.sign_ups + excluded.sign_ups;
    perform community.settle_groups(array(select group_id from community.groups));
    perform community.settle_plan_periods(array(select user_id from community.users));
    insert into community.user_week (user_id, week_on, messages, counted)
    select m.user_id, m.week_on, m.messages, coalesce(u.deleted_at is null
               and community.week_of(coalesce(u.sign_up_at, '-infinity')) <= m.week_on and u.user_id is not null, false)
    from (
        select user_id, community.week_of(message_at) as week_on, count(*) as messages
        from community.messages where deleted_at is null and message_at is not null group by 1, 2
    ) m
    left join community.users u using (user_id);
    insert into community.group_week (group_id, week_on, messages, counted)
    select m.group_id, m.week_on, m.messages, coalesce(s.from_on <= m.week_on, false)
    from (
        select group_id, community.week_of(message_at) as week_on, count(*) as messages
        from community.messages where deleted_at is null and message_at is not null group by 1, 2
    ) m
    left join community.group_since s using (group_id);
    insert into community.invoice_day (day_on, currency, invoices, amount)
    select (invoice_at at time zone 'UTC')::date, currency, count(*), coalesce(sum(amount), 0)
    from community.invoices
    where deleted_at is null and status = 'settled' and invoice_at is not null
    group by 1, 2;
end
$$;
comment on function community.count_anew() is 'Makes the counts of the community anew from its tables';

create function community.count_what_is_left() returns trigger language plpgsql as $$
begin
    -- nothing was counted, so there was nothing to count: the truncate of several tables asks for each of them
    if exists (select from community.week_total) or exists (select from community.user_week) or exists (select from community.group_week)
       or exists (select from community.group_since) or exists (select from community.plan_period)
       or exists (select from community.plan_total) or exists (select from community.invoice_day)
       or exists (select from community.sign_up_count) or tg_table_name = 'country' then
        perform community.count_anew();
    end if;
    return null;
end
$$;
comment on function community.count_what_is_left() is 'Counts anew after a truncate';

-- ---- triggers

do $$
declare
    of_table record;
    event record;
begin
    for of_table in
        select * from (values
            ('user_week', 'community.count_user_weeks()', false),
            ('group_week', 'community.count_group_weeks()', false),
            ('group_since', 'community.count_groups()', false),
            ('plan_period', 'community.count_plans()', false),
            ('users', 'community.count_users()', true),
            ('groups', 'community.count_group_starts()', true),
            ('subscriptions', 'community.count_subscriptions()', true),
            ('invoices', 'community.count_invoices()', true),
            ('messages', 'community.count_messages()', true)) t(name, call, loaded)
    loop
        for event in
            select * from (values
                ('insert', 'new table as new_rows'),
                ('update', 'old table as old_rows new table as new_rows'),
                ('delete', 'old table as old_rows')) e(name, referencing)
        loop
            execute format('create trigger count_%s after %s on community.%I referencing %s for each statement execute function %s',
                           event.name, event.name, of_table.name, event.referencing, of_table.call);
        end loop;
        if of_table.loaded then
            execute format('create trigger count_truncate after truncate on community.%I for each statement '
                           'execute function community.count_what_is_left()', of_table.name);
            execute format('create trigger wait before insert or update or delete or truncate on community.%I for each statement '
                           'execute function community.wait_for_loads()', of_table.name);
        end if;
    end loop;
end
$$;
create trigger count_changed after insert or update or delete or truncate on community.country
    for each statement execute function community.count_what_is_left();
create trigger wait before insert or update or delete on community.document
    for each statement execute function community.wait_for_loads();

select community.count_anew();

grant select on all tables in schema community to "${serai.reader}";
