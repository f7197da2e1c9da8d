-- Questions about the community. Rows that are gone from the source (deleted_at) are left out everywhere, as is what is
-- dated after its now; days, weeks and months are those of UTC, weeks begin on Monday.
-- `offset 0` keeps PostgreSQL from asking for now once a row instead of once.

create function community.age_band(age integer) returns text language sql immutable parallel safe
return case
    when age is null then 'not given'
    when age < 0 or age > 120 then 'implausible'
    when age < 18 then 'under 18'
    when age < 25 then '18-24'
    when age < 35 then '25-34'
    when age < 45 then '35-44'
    when age < 55 then '45-54'
    when age < 65 then '55-64'
    else '65 and over'
end;
comment on function community.age_band(integer) is 'Band of an age in years; every age has one, so that the parts add up';

create view mart.community_sign_up as
select p.period, p.begins_at,
       coalesce(c.continent, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end) as continent,
       coalesce(c.region, case when nullif(trim(u.country), '') is null then 'not given' else 'unknown country' end) as region,
       community.age_band(u.age::integer) as age_band,
       coalesce(nullif(trim(u.gender), ''), 'not given') as gender,
       count(*) as sign_ups
from (select community.now() as now_at offset 0) n
cross join lateral (values
    (1, 'today', date_trunc('day', n.now_at, 'UTC')),
    (2, 'this week', date_trunc('week', n.now_at, 'UTC')),
    (3, 'this month', date_trunc('month', n.now_at, 'UTC'))
) p (position, period, begins_at)
join community.users u on u.sign_up_at >= p.begins_at and u.sign_up_at <= n.now_at and u.deleted_at is null
left join community.country c on c.country_code = upper(trim(u.country))
group by p.position, p.period, p.begins_at, 3, 4, 5, 6
order by p.position, sign_ups desc, 3, 4, 5, 6;
comment on view mart.community_sign_up is 'How many users signed up today, this week, this month, by region, age and gender? The parts add up to all; a part without sign-ups has no row';
comment on column mart.community_sign_up.period is 'today, this week or this month, up to community.now(): see mart.community_clock';
comment on column mart.community_sign_up.begins_at is 'When that period began, UTC; weeks begin on Monday';
comment on column mart.community_sign_up.continent is 'Continent of the country of the user; not given, or unknown country for a code that ISO 3166-1 does not have';
comment on column mart.community_sign_up.region is 'Region of that country, by the UN''s M49; not given or unknown country likewise';
comment on column mart.community_sign_up.age_band is 'under 18, 18-24, 25-34, 35-44, 45-54, 55-64, 65 and over, not given, or implausible (below 0, above 120)';
comment on column mart.community_sign_up.gender is 'Gender as the source gives it, or not given';
comment on column mart.community_sign_up.sign_ups is 'Users who signed up then and are still there';

create view community.user_plan as
select u.user_id, s.subscription_id, s.plan_id, p.description as plan,
       case when s.subscription_id is null then 'no subscription'
            when p.description like 'CoreTech%' then 'A: CoreTech'
            when p.description like 'CoreNoTech%' then 'B: CoreNoTech'
            else 'another plan' end as option
from (select user_id from community.users where deleted_at is null) u
left join (
    select distinct on (s.user_id) s.user_id, s.subscription_id, s.plan_id
    from community.subscriptions s
    cross join (select community.now() as now_at offset 0) n
    where s.deleted_at is null
    order by s.user_id, s.start_at <= n.now_at desc nulls last,
             case when s.start_at <= n.now_at then s.start_at end desc, s.start_at, s.subscription_id
) s using (user_id)
left join community.plans p using (plan_id);
comment on view community.user_plan is 'The plan of each user who is there: of several subscriptions the one that began last, and if none has begun yet the one that begins first. One whose length is over still counts: the source tells of no end';
comment on column community.user_plan.user_id is 'User';
comment on column community.user_plan.subscription_id is 'The subscription that counts; NULL without one';
comment on column community.user_plan.plan_id is 'Its plan';
comment on column community.user_plan.plan is 'Description of the plan';
comment on column community.user_plan.option is 'A: CoreTech, B: CoreNoTech, another plan, no subscription';

create view mart.community_plan as
select coalesce(plan_id, case when option = 'no subscription' then 'none' else 'not given' end) as plan_id,
       coalesce(plan, case when option = 'no subscription' then 'no subscription' else 'unknown plan' end) as plan,
       count(*) as users,
       round(100.0 * count(*) / sum(count(*)) over (), 2) as share_percent
from community.user_plan
group by 1, 2
order by users desc, 1;
comment on view mart.community_plan is 'What share of the user base is on each plan? All users who are there, those without a subscription in a row of their own';
comment on column mart.community_plan.plan_id is 'Plan of the source; none without a subscription, not given where the subscription names none';
comment on column mart.community_plan.plan is 'Its description; no subscription, or unknown plan where the source has not described it';
comment on column mart.community_plan.users is 'Users on it, each counted once: see community.user_plan';
comment on column mart.community_plan.share_percent is 'Share of all users, percent';

create view mart.community_a_b as
select o.option, count(u.user_id) as users,
       round(100.0 * count(u.user_id) / nullif(sum(count(u.user_id)) over (), 0), 2) as share_percent,
       case when o.compared then
           round(100.0 * count(u.user_id) / nullif(sum(count(u.user_id)) filter (where o.compared) over (), 0), 2) end as share_of_a_and_b_percent,
       not o.compared as excluded
from (values (1, 'A: CoreTech', true), (2, 'B: CoreNoTech', true), (3, 'another plan', false), (4, 'no subscription', false))
    o (position, option, compared)
left join community.user_plan u using (option)
group by o.position, o.option, o.compared
order by o.position;
comment on view mart.community_a_b is 'What share of the user base is on subscription A and on B? Always four rows: the two that are compared and who is excluded from that';
comment on column mart.community_a_b.option is 'A: CoreTech (monthly or upfront), B: CoreNoTech (monthly or upfront), another plan, no subscription';
comment on column mart.community_a_b.users is 'Users, each counted once: see community.user_plan';
comment on column mart.community_a_b.share_percent is 'Share of all users, percent; NULL without users';
comment on column mart.community_a_b.share_of_a_and_b_percent is 'Share of the users on A or B, percent; NULL for those excluded';
comment on column mart.community_a_b.excluded is 'Whether these users are left out of the comparison';

-- Weeks that are over are read from the counts, the one that is not from its messages, since only those up to now count.
create view community.message_count as
select w.week_on, w.user_id, w.group_id, w.messages
from community.message_week w
where w.week_on < (select date_trunc('week', community.now() at time zone 'UTC')::date) and w.messages > 0
union all
select date_trunc('week', n.now_at at time zone 'UTC')::date, m.user_id, m.group_id, count(*)
from (select community.now() as now_at offset 0) n
join community.messages m on m.message_at >= date_trunc('week', n.now_at, 'UTC') and m.message_at <= n.now_at and m.deleted_at is null
group by 1, 2, 3;
comment on view community.message_count is 'Messages up to now that are not deleted, by week, user and group';
comment on column community.message_count.week_on is 'Monday of the ISO week, UTC';
comment on column community.message_count.user_id is 'Who wrote them';
comment on column community.message_count.group_id is 'To which group';
comment on column community.message_count.messages is 'How many';

create view community.week as
select d::date as week_on, (d + interval '7 days') at time zone 'UTC' as ends_at,
       (d + interval '7 days') at time zone 'UTC' <= n.now_at as complete
from (select community.now() as now_at offset 0) n
cross join (select min(sign_up_at) as first_at from community.users where deleted_at is null) f
cross join lateral generate_series(
    date_trunc('week', f.first_at at time zone 'UTC'), date_trunc('week', n.now_at at time zone 'UTC'), interval '7 days') d;
comment on view community.week is 'The ISO weeks from the first sign-up to now';
comment on column community.week.week_on is 'Monday, UTC';
comment on column community.week.ends_at is 'When it is over';
comment on column community.week.complete is 'Whether it is over';

create view mart.community_messages_per_user as
with base as (
    select user_id, date_trunc('week', coalesce(sign_up_at, '-infinity') at time zone 'UTC')::date as from_on
    from community.users
    where deleted_at is null and (sign_up_at is null or sign_up_at <= (select community.now()))
), joined as materialized (
    select from_on, count(*) as users from base group by from_on
), written as (
    select m.week_on,
           sum(m.messages) filter (where b.from_on <= m.week_on) as messages,
           count(m.user_id) filter (where b.from_on <= m.week_on) as writers,
           coalesce(sum(m.messages) filter (where b.from_on is null or b.from_on > m.week_on), 0) as left_out
    from (select week_on, user_id, sum(messages) as messages from community.message_count group by week_on, user_id) m
    left join base b using (user_id)
    group by m.week_on
)
select to_char(k.week_on, 'IYYY"-W"IW') as week, k.week_on, k.complete, k.users,
       coalesce(w.writers, 0) as writers, coalesce(w.messages, 0)::bigint as messages,
       round(coalesce(w.messages, 0) / nullif(k.users, 0), 2) as mean_per_user,
       coalesce(w.left_out, 0)::bigint as left_out
from (
    select v.week_on, v.complete, (select coalesce(sum(j.users), 0) from joined j where j.from_on <= v.week_on) as users
    from community.week v
) k
left join written w using (week_on)
order by k.week_on;
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
with member as (
    select group_id, min(coalesce(sign_up_at, '-infinity')) as first_at
    from community.users
    where deleted_at is null and (sign_up_at is null or sign_up_at <= (select community.now()))
    group by group_id
), base as (
    select g.group_id, date_trunc('week', least(g.start_at, m.first_at) at time zone 'UTC')::date as from_on
    from community.groups g
    left join member m using (group_id)
    where g.deleted_at is null
), joined as materialized (
    select from_on, count(*) as groups from base group by from_on
), written as (
    select m.week_on,
           sum(m.messages) filter (where b.from_on <= m.week_on) as messages,
           count(m.group_id) filter (where b.from_on <= m.week_on) as writing_groups,
           coalesce(sum(m.messages) filter (where b.from_on is null or b.from_on > m.week_on), 0) as left_out
    from (select week_on, group_id, sum(messages) as messages from community.message_count group by week_on, group_id) m
    left join base b using (group_id)
    group by m.week_on
)
select to_char(k.week_on, 'IYYY"-W"IW') as week, k.week_on, k.complete, k.groups,
       coalesce(w.writing_groups, 0) as writing_groups, coalesce(w.messages, 0)::bigint as messages,
       round(coalesce(w.messages, 0) / nullif(k.groups, 0), 2) as mean_per_group,
       coalesce(w.left_out, 0)::bigint as left_out
from (
    select v.week_on, v.complete, (select coalesce(sum(j.groups), 0) from joined j where j.from_on <= v.week_on) as groups
    from community.week v
) k
left join written w using (week_on)
order by k.week_on;
comment on view mart.community_messages_per_group is 'How many messages does a group get in a week, on average over all groups there were by the end of the week, the silent ones included? A group is there from its start or from the first sign-up of a member, whichever is earlier: members write before it starts';
comment on column mart.community_messages_per_group.week is 'ISO week, as in 2020-W53; UTC';
comment on column mart.community_messages_per_group.week_on is 'Its Monday';
comment on column mart.community_messages_per_group.complete is 'Whether the week is over; one that is not counts up to now';
comment on column mart.community_messages_per_group.groups is 'Groups that were there by its end and are not deleted: the mean is over them';
comment on column mart.community_messages_per_group.writing_groups is 'Those of them with a message';
comment on column mart.community_messages_per_group.messages is 'Messages to these groups dated in the week, not after now, whoever wrote them';
comment on column mart.community_messages_per_group.mean_per_group is 'messages / groups; NULL without groups';
comment on column mart.community_messages_per_group.left_out is 'Messages dated in the week that are not counted: to groups that are deleted, unknown, or came later';

create view mart.community_invoice_month as
select date_trunc('month', i.invoice_at at time zone 'UTC')::date as month_on,
       coalesce(i.currency, 'not given') as currency,
       count(*) as invoices,
       coalesce(sum(i.amount), 0) as amount,
       date_trunc('month', i.invoice_at at time zone 'UTC') < date_trunc('month', n.now_at at time zone 'UTC') as complete
from (select community.now() as now_at offset 0) n
join community.invoices i on i.invoice_at <= n.now_at
where i.deleted_at is null and i.status = 'settled'
group by 1, 2, 5
order by 1, 2;
comment on view mart.community_invoice_month is 'How many invoices were settled in each month, and for how much? By the date on the invoice; a month without one has no row';
comment on column mart.community_invoice_month.month_on is 'First day of the month, UTC';
comment on column mart.community_invoice_month.currency is 'Currency as the source gives it; amounts of different ones are not added up';
comment on column mart.community_invoice_month.invoices is 'Invoices of that month whose status is settled';
comment on column mart.community_invoice_month.amount is 'Sum of their amounts, in that currency';
comment on column mart.community_invoice_month.complete is 'Whether the month is over; one that is not counts up to now';
