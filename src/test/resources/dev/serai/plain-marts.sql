-- The questions of the page, answered by looking at every row. The marts answer them from counts; both have to say the same.

create schema plain;

create view plain.message_count as
select date_trunc('week', m.message_at at time zone 'UTC')::date as week_on, m.user_id, m.group_id, count(*) as messages
from (select community.now() as now_at offset 0) n
join community.messages m on m.message_at <= n.now_at and m.deleted_at is null
group by 1, 2, 3;

create view plain.community_plan as
select coalesce(plan_id, case when option = 'no subscription' then 'none' else 'not given' end) as plan_id,
       coalesce(plan, case when option = 'no subscription' then 'no subscription' else 'unknown plan' end) as plan,
       count(*) as users,
       round(100.0 * count(*) / sum(count(*)) over (), 2) as share_percent
from community.user_plan
group by 1, 2
order by users desc, 1;

create view plain.community_a_b as
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

create view plain.community_messages_per_user as
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
    from (select week_on, user_id, sum(messages) as messages from plain.message_count group by week_on, user_id) m
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

create view plain.community_messages_per_group as
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
    from (select week_on, group_id, sum(messages) as messages from plain.message_count group by week_on, group_id) m
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

create view plain.community_invoice_month as
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

create view plain.user_total as
select count(*) as users, max(ingested_at) as newest_at, min(ingested_at) as oldest_at
from users.profile;

create view plain.sensor_coverage as
with usual as (
    -- what a whole minute of the sensor usually holds: the median of the last day's minutes that had any
    select sensor_id, percentile_disc(0.5) within group (order by readings) as expected, min(minute_at) as first_minute_at
    from sensors.reading_1min
    where minute_at > now() - interval '24 hours' and minute_at <= now()
    group by sensor_id
), recent as (
    select sensor_id, minute_at, readings
    from sensors.reading_1min
    where minute_at >= date_trunc('minute', now(), 'UTC') - interval '60 minutes' and minute_at <= now()
)
select u.sensor_id, minute.minute_at, coalesce(m.readings, 0) as received, u.expected,
       least(100, round(100.0 * coalesce(m.readings, 0) / u.expected, 1)) as covered_percent
from usual u
cross join lateral generate_series(
    greatest(date_trunc('minute', now(), 'UTC') - interval '60 minutes', u.first_minute_at),
    date_trunc('minute', now(), 'UTC') - interval '1 minute', interval '1 minute') as minute(minute_at)
left join recent m on m.sensor_id = u.sensor_id and m.minute_at = minute.minute_at
order by u.sensor_id, minute.minute_at;

create view plain.community_sign_up as
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

create view plain.quality_score as
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

create view plain.quality_history as
select s.dataset, t.day_on, t.checks, t.passed, s.score_percents
from (
    select d.dataset, array_agg(s.score_percent order by d.day_on) as score_percents
    from (select distinct dataset, (now() at time zone 'UTC')::date - n as day_on from ops.quality_check, generate_series(0, 29) n) d
    left join plain.quality_score s on s.dataset = d.dataset and s.day = d.day_on and s.dimension = 'all'
    group by d.dataset
) s
join (select dataset, day as day_on, checks, passed from plain.quality_score
      where dimension = 'all' and day = (now() at time zone 'UTC')::date) t using (dataset);
