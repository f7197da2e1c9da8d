-- The questions about the community, answered by counts. Each says what it said before.
--
-- Of the week that is not over only what is not after now counts, so what its counts have too much is taken off: messages
-- dated after now, and users and groups that come after now.

create view mart.community_messages_per_user as
with clock as materialized (
    select n.now_at, community.week_of(n.now_at) as week_on, (community.week_of(n.now_at) + 7)::timestamp at time zone 'UTC' as ends_at
    from (select community.now() as now_at offset 0) n
), later as (
    select m.user_id, count(*) as messages
    from clock c
    join community.messages m on m.message_at > c.now_at and m.message_at < c.ends_at and m.deleted_at is null
    group by m.user_id
), newcomer as (
    select u.user_id
    from clock c
    join community.users u on u.sign_up_at > c.now_at and u.sign_up_at < c.ends_at and u.deleted_at is null
), too_much as materialized (
    select c.week_on, count(f.newcomer) as users,
           count(*) filter (where w.counted and w.messages > 0 and (f.newcomer is not null or w.messages = f.messages)) as writers,
           coalesce(sum(case when f.newcomer is null then f.messages else w.messages end) filter (where w.counted), 0) as user_messages,
           coalesce(sum(f.messages), 0) as messages
    from clock c
    left join (
        select coalesce(l.user_id, n.user_id) as user_id, coalesce(l.messages, 0) as messages, n.user_id as newcomer
        from later l
        full join newcomer n on n.user_id = l.user_id
    ) f on true
    left join lateral (
        select k.messages, k.counted from community.user_week k where k.user_id = f.user_id and k.week_on = c.week_on offset 0
    ) w on true
    group by c.week_on
), week as (
    select k.week_on, k.complete,
           sum(coalesce(t.joined_users, 0)) over (order by k.week_on)
               + (select coalesce(sum(b.joined_users), 0) from community.week_total b where b.week_on < (select min(week_on) from community.week))
               - coalesce(x.users, 0) as users,
           coalesce(t.writers, 0) - coalesce(x.writers, 0) as writers,
           coalesce(t.user_messages, 0) - coalesce(x.user_messages, 0) as messages,
           coalesce(t.messages, 0) - coalesce(x.messages, 0) as all_messages
    from community.week k
    left join community.week_total t using (week_on)
    left join too_much x using (week_on)
)
select to_char(week_on, 'IYYY"-W"IW') as week, week_on, complete, users, writers, messages::bigint as messages,
       round(messages / nullif(users, 0), 2) as mean_per_user, (all_messages - messages)::bigint as left_out
from week
order by week_on;
comment on view mart.community_messages_per_user is 'How many messages does a user write in a week, on average over all who had signed up by the end of the week, the silent ones included?';
comment on column mart.community_messages_per_user.week is 'ISO week, as in 2020-W53; UTC';
comment on column mart.community_messages_per_user.week_on is 'Its Monday';
comment on column mart.community_messages_per_user.complete is 'Whether the week is over; one that is not counts up to now';
comment on column mart.community_messages_per_user.users is 'Users who had signed up before its end and are still there: the mean is over them';
comment on column mart.community_messages_per_user.writers is 'Those of them who wrote';
comment on column mart.community_messages_per_user.messages is 'Messages of these users dated in the week, not after now';
comment on column mart.community_messages_per_user.mean_per_user is 'messages / users; NULL without users';
comment on column mart.community_messages_per_user.left_out is 'Messages dated in the week that are not counted: of users who are deleted, unknown, or signed up after it';

create view mart.community_messages_per_group as
with clock as materialized (
    select n.now_at, community.week_of(n.now_at) as week_on, (community.week_of(n.now_at) + 7)::timestamp at time zone 'UTC' as ends_at
    from (select community.now() as now_at offset 0) n
), later as (
    select m.group_id, count(*) as messages
    from clock c
    join community.messages m on m.message_at > c.now_at and m.message_at < c.ends_at and m.deleted_at is null
    group by m.group_id
), newcomer as (
    -- those that are there since this week only because of members who sign up after now
    select s.group_id
    from clock c
    join community.group_since s on s.from_on = c.week_on
    join community.groups g on g.group_id = s.group_id and (g.start_at >= c.ends_at or g.start_at is null)
    where s.group_id in (select u.group_id from community.users u
                         where u.sign_up_at > c.now_at and u.sign_up_at < c.ends_at and u.deleted_at is null)
      and not exists (select from community.users u where u.group_id = s.group_id and u.deleted_at is null
                                                      and coalesce(u.sign_up_at, timestamptz '-infinity') <= c.now_at)
), too_much as materialized (
    select c.week_on, count(f.newcomer) as groups,
           count(*) filter (where w.counted and w.messages > 0 and (f.newcomer is not null or w.messages = f.messages)) as writing_groups,
           coalesce(sum(case when f.newcomer is null then f.messages else w.messages end) filter (where w.counted), 0) as group_messages,
           coalesce(sum(f.messages), 0) as messages
    from clock c
    left join (
        select coalesce(l.group_id, n.group_id) as group_id, coalesce(l.messages, 0) as messages, n.group_id as newcomer
        from later l
        full join newcomer n on n.group_id = l.group_id
    ) f on true
    left join lateral (
        select k.messages, k.counted from community.group_week k where k.group_id = f.group_id and k.week_on = c.week_on offset 0
    ) w on true
    group by c.week_on
), week as (
    select k.week_on, k.complete,
           sum(coalesce(t.joined_groups, 0)) over (order by k.week_on)
               + (select coalesce(sum(b.joined_groups), 0) from community.week_total b where b.week_on < (select min(week_on) from community.week))
               - coalesce(x.groups, 0) as groups,
           coalesce(t.writing_groups, 0) - coalesce(x.writing_groups, 0) as writing_groups,
           coalesce(t.group_messages, 0) - coalesce(x.group_messages, 0) as messages,
           coalesce(t.messages, 0) - coalesce(x.messages, 0) as all_messages
    from community.week k
    left join community.week_total t using (week_on)
    left join too_much x using (week_on)
)
select to_char(week_on, 'IYYY"-W"IW') as week, week_on, complete, groups, writing_groups, messages::bigint as messages,
       round(messages / nullif(groups, 0), 2) as mean_per_group, (all_messages - messages)::bigint as left_out
from week
order by week_on;
comment on view mart.community_messages_per_group is 'How many messages does a group get in a week, on average over all groups there were by the end of the week, the silent ones included? A group is there from its start or from the first sign-up of a member, whichever is earlier: members write before it starts';
comment on column mart.community_messages_per_group.week is 'ISO week, as in 2020-W53; UTC';
comment on column mart.community_messages_per_group.week_on is 'Its Monday';
comment on column mart.community_messages_per_group.complete is 'Whether the week is over; one that is not counts up to now';
comment on column mart.community_messages_per_group.groups is 'Groups that were there by its end and are not deleted: the mean is over them';
comment on column mart.community_messages_per_group.writing_groups is 'Those of them with a message';
comment on column mart.community_messages_per_group.messages is 'Messages to these groups dated in the week, not after now, whoever wrote them';
comment on column mart.community_messages_per_group.mean_per_group is 'messages / groups; NULL without groups';
comment on column mart.community_messages_per_group.left_out is 'Messages dated in the week that are not counted: to groups that are deleted, unknown, or came later';

create or replace view mart.community_sign_up as
with period as materialized (
    select n.now_at, p.*
    from (select community.now() as now_at offset 0) n
    cross join lateral (values
        (1, 'today', 'day', date_trunc('day', n.now_at, 'UTC'), interval '1 day'),
        (2, 'this week', 'week', date_trunc('week', n.now_at, 'UTC'), interval '7 days'),
        (3, 'this month', 'month', date_trunc('month', n.now_at, 'UTC'), interval '1 month')
    ) p (position, period, counted, begins_at, lasts)
), looked_at as materialized (
    -- today has no counts; from the week and the month go those who sign up after now
    select p.position, u.country, community.age_band(u.age) as age_band, coalesce(nullif(trim(u.gender), ''), 'not given') as gender,
           case p.counted when 'day' then count(*) else -count(*) end as sign_ups
    from period p
    cross join lateral (
        select * from community.users
        where p.counted = 'day' and sign_up_at >= p.begins_at and sign_up_at <= p.now_at and deleted_at is null
        union all
        select * from community.users
        where p.counted <> 'day' and sign_up_at > p.now_at
          and sign_up_at < (p.begins_at at time zone 'UTC' + p.lasts) at time zone 'UTC' and deleted_at is null
    ) u
    group by p.position, p.counted, 2, 3, 4
)
select p.period, p.begins_at, s.continent, s.region, s.age_band, s.gender, sum(s.sign_ups)::bigint as sign_ups
from period p
join (
    select p.position, c.continent, c.region, c.age_band, c.gender, c.sign_ups
    from period p
    join community.sign_up_count c on c.period = p.counted and c.begins_on = (p.begins_at at time zone 'UTC')::date
    union all
    select u.position, coalesce(c.continent, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           coalesce(c.region, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end),
           u.age_band, u.gender, u.sign_ups
    from looked_at u
    left join community.country c on c.country_code = upper(trim(u.country))
) s using (position)
group by p.position, p.period, p.begins_at, s.continent, s.region, s.age_band, s.gender
having sum(s.sign_ups) > 0
order by p.position, sign_ups desc, 3, 4, 5, 6;

create or replace view mart.community_plan as
select coalesce(t.plan_id, case when t.subscribed then 'not given' else 'none' end) as plan_id,
       coalesce(p.description, case when t.subscribed then 'unknown plan' else 'no subscription' end) as plan,
       sum(t.users)::bigint as users,
       round(100.0 * sum(t.users) / sum(sum(t.users)) over (), 2) as share_percent
from community.plan_total t
left join community.plans p using (plan_id)
where t.since_at <= (select community.now())
group by 1, 2
having sum(t.users) > 0
order by users desc, 1;

create or replace view mart.community_a_b as
select o.option, coalesce(sum(t.users), 0)::bigint as users,
       round(100.0 * coalesce(sum(t.users), 0) / nullif(sum(sum(t.users)) over (), 0), 2) as share_percent,
       case when o.compared then
           round(100.0 * coalesce(sum(t.users), 0) / nullif(sum(sum(t.users)) filter (where o.compared) over (), 0), 2) end as share_of_a_and_b_percent,
       not o.compared as excluded
from (values (1, 'A: CoreTech', true), (2, 'B: CoreNoTech', true), (3, 'another plan', false), (4, 'no subscription', false))
    o (position, option, compared)
left join (
    select case when not t.subscribed then 'no subscription'
                when p.description like 'CoreTech%' then 'A: CoreTech'
                when p.description like 'CoreNoTech%' then 'B: CoreNoTech'
                else 'another plan' end as option, t.users
    from community.plan_total t
    left join community.plans p using (plan_id)
    where t.since_at <= (select community.now())
) t using (option)
group by o.position, o.option, o.compared
order by o.position;

create or replace view mart.community_invoice_month as
select date_trunc('month', d.day_on::timestamp)::date as month_on,
       coalesce(d.currency, 'not given') as currency,
       sum(d.invoices)::bigint as invoices,
       sum(d.amount) as amount,
       date_trunc('month', d.day_on::timestamp) < date_trunc('month', n.now_at at time zone 'UTC') as complete
from (select community.now() as now_at offset 0) n
cross join lateral (
    select day_on, currency, invoices, amount
    from community.invoice_day
    where day_on < (n.now_at at time zone 'UTC')::date
    union all
    -- of today what is not after now
    select (n.now_at at time zone 'UTC')::date, currency, count(*), coalesce(sum(amount), 0)
    from community.invoices
    where invoice_at >= date_trunc('day', n.now_at, 'UTC') and invoice_at <= n.now_at and deleted_at is null and status = 'settled'
    group by currency
) d
group by 1, 2, 5
having sum(d.invoices) > 0
order by 1, 2;

grant select on all tables in schema mart to "${serai.reader}";
