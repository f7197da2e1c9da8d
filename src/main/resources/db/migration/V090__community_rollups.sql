-- What the page asks of the community is counted as it is loaded: by week, day and plan, kept by whatever statement changes
-- users, groups, subscriptions, invoices or messages. A question then reads a row for each week and not one for each message.
--
-- Nothing here adds to what another trigger of the same statement may have counted already: a trigger either brings rows
-- to what the tables say now (counted, group_since, plan_period), or adds what its own rows changed (week_total, plan_total,
-- invoice_day). So the order in which the triggers of a load run does not matter.

create function community.week_of(at timestamptz) returns date language sql immutable parallel safe
return date_trunc('week', at at time zone 'UTC')::date;
comment on function community.week_of(timestamptz) is 'Monday of the ISO week of an instant, UTC';

-- Whoever changes one of these tables waits for the load that is under way, before it locks a row.
create function community.wait_for_loads() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('community load'));
    return null;
end
$$;
comment on function community.wait_for_loads() is 'Lets changes of what is counted follow each other';

create function ops.changed_rows(operation text) returns text language sql immutable
return case operation
    when 'INSERT' then '(select 1 as change, * from new_rows)'
    when 'DELETE' then '(select -1 as change, * from old_rows)'
    else '(select 1 as change, * from new_rows union all select -1, * from old_rows)' end;
comment on function ops.changed_rows(text) is 'What a statement did, as SQL for its trigger: a row is 1 if it came and -1 if it went; an update is both';

-- ---- tables

drop view mart.community_messages_per_user, mart.community_messages_per_group, community.message_count;
drop trigger count_inserted on community.messages;
drop trigger count_updated on community.messages;
drop trigger count_deleted on community.messages;
drop trigger count_truncated on community.messages;
drop function community.count_messages();
drop table community.message_week;

create table community.user_week (
    user_id  text collate "C",
    week_on  date not null,
    messages bigint not null,
    counted  boolean not null,
    unique nulls not distinct (user_id, week_on)
) with (fillfactor = 90);
comment on table community.user_week is 'Messages that are not deleted, by week and user: at any time what a count over community.messages gives';
comment on column community.user_week.user_id is 'Who wrote them; NULL where the source does not say';
comment on column community.user_week.week_on is 'Monday of the ISO week, UTC';
comment on column community.user_week.messages is 'How many, those dated after now included; 0 where all of them were deleted';
comment on column community.user_week.counted is 'Whether the user is there and had signed up by the end of the week';

create table community.group_week (
    group_id text collate "C",
    week_on  date not null,
    messages bigint not null,
    counted  boolean not null,
    unique nulls not distinct (group_id, week_on)
) with (fillfactor = 70);
comment on table community.group_week is 'Messages that are not deleted, by week and group: at any time what a count over community.messages gives';
comment on column community.group_week.group_id is 'To which group; NULL where the source does not say';
comment on column community.group_week.week_on is 'Monday of the ISO week, UTC';
comment on column community.group_week.messages is 'How many, those dated after now included; 0 where all of them were deleted';
comment on column community.group_week.counted is 'Whether the group is there and was by the end of the week';

create table community.group_since (
    group_id text collate "C" primary key,
    from_on  date not null
);
comment on table community.group_since is 'Since when a group is there: from its start or the first sign-up of a member, whichever is earlier';
comment on column community.group_since.group_id is 'Group, one that is not deleted';
comment on column community.group_since.from_on is 'Monday of that week, UTC; -infinity for a member who signed up nobody knows when';

create table community.week_total (
    week_on        date primary key,
    joined_users   bigint not null default 0,
    writers        bigint not null default 0,
    user_messages  bigint not null default 0,
    joined_groups  bigint not null default 0,
    writing_groups bigint not null default 0,
    group_messages bigint not null default 0,
    messages       bigint not null default 0
) with (fillfactor = 50);
comment on table community.week_total is 'Users, groups and messages of a week, what is dated after now included: at any time what a count over the tables gives';
comment on column community.week_total.week_on is 'Monday of the ISO week, UTC; -infinity for users who signed up nobody knows when';
comment on column community.week_total.joined_users is 'Users who are there and signed up in it';
comment on column community.week_total.writers is 'Users who wrote in it, are there, and had signed up by its end';
comment on column community.week_total.user_messages is 'Messages of these';
comment on column community.week_total.joined_groups is 'Groups that are there since it';
comment on column community.week_total.writing_groups is 'Groups that got a message in it, are there, and were by its end';
comment on column community.week_total.group_messages is 'Messages to these';
comment on column community.week_total.messages is 'Messages dated in it, whoever wrote them';

create table community.plan_period (
    user_id    text collate "C" not null,
    from_at    timestamptz not null,
    to_at      timestamptz not null check (to_at > from_at),
    plan_id    text collate "C",
    subscribed boolean not null,
    primary key (user_id, from_at)
);
comment on table community.plan_period is 'When which plan counts for a user who is there: community.user_plan for any instant';
comment on column community.plan_period.user_id is 'User';
comment on column community.plan_period.from_at is 'Since when; -infinity for the first one';
comment on column community.plan_period.to_at is 'Until before when; infinity for the last one';
comment on column community.plan_period.plan_id is 'Plan; NULL without a subscription or where that names none';
comment on column community.plan_period.subscribed is 'Whether there is a subscription';

create table community.plan_total (
    since_at   timestamptz not null,
    plan_id    text collate "C",
    subscribed boolean not null,
    users      bigint not null,
    unique nulls not distinct (since_at, plan_id, subscribed)
) with (fillfactor = 50);
comment on table community.plan_total is 'How many users come to a plan or leave it at an instant: the sum until now is how many are on it';
comment on column community.plan_total.since_at is 'Instant; -infinity for the first plan of each user';
comment on column community.plan_total.plan_id is 'Plan; NULL without a subscription or where that names none';
comment on column community.plan_total.subscribed is 'Whether there is a subscription';
comment on column community.plan_total.users is 'Users who come less those who leave';

create table community.invoice_day (
    day_on   date not null,
    currency text,
    invoices bigint not null,
    amount   numeric not null,
    unique nulls not distinct (day_on, currency)
) with (fillfactor = 70);
comment on table community.invoice_day is 'Settled invoices that are not deleted, by day and currency: at any time what a count over community.invoices gives';
comment on column community.invoice_day.day_on is 'Day of the invoice, UTC';
comment on column community.invoice_day.currency is 'Currency as the source gives it; NULL where it gives none';
comment on column community.invoice_day.invoices is 'How many; 0 where all of them are gone';
comment on column community.invoice_day.amount is 'Sum of their amounts, in that currency';

create table community.sign_up_count (
    period    text not null check (period in ('week', 'month')),
    begins_on date not null,
    continent text not null,
    region    text not null,
    age_band  text not null,
    gender    text not null,
    sign_ups  bigint not null,
    primary key (period, begins_on, continent, region, age_band, gender)
) with (fillfactor = 70);
comment on table community.sign_up_count is 'Users who are there, by the week and month they signed up in, and who they are: at any time what a count over community.users gives';
comment on column community.sign_up_count.period is 'week or month: each user counts in both';
comment on column community.sign_up_count.begins_on is 'First day of it, UTC';
comment on column community.sign_up_count.continent is 'Continent as in mart.community_sign_up';
comment on column community.sign_up_count.region is 'Region as in mart.community_sign_up';
comment on column community.sign_up_count.age_band is 'Age band as in mart.community_sign_up';
comment on column community.sign_up_count.gender is 'Gender as in mart.community_sign_up';
comment on column community.sign_up_count.sign_ups is 'How many, those after now included; 0 where all of them are gone';

drop index community.users_by_sign_up;
create index users_by_sign_up on community.users (sign_up_at) where deleted_at is null;
create index plan_total_done on community.plan_total (since_at) where users = 0;
create index users_of_group on community.users (group_id, (coalesce(sign_up_at, timestamptz '-infinity'))) where deleted_at is null;
create index invoices_settled on community.invoices (invoice_at) where deleted_at is null and status = 'settled';
