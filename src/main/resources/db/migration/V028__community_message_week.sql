-- Messages counted by week, kept by whatever statement writes messages: a question about a year of them reads thousands
-- of rows and not millions.

create table community.message_week (
    week_on  date not null,
    user_id  text collate "C",
    group_id text collate "C",
    messages bigint not null,
    unique nulls not distinct (week_on, user_id, group_id)
);
comment on table community.message_week is 'Messages that are not deleted, by week, user and group: at any time what a count over community.messages gives';
comment on column community.message_week.week_on is 'Monday of the ISO week, UTC';
comment on column community.message_week.user_id is 'Who wrote them';
comment on column community.message_week.group_id is 'To which group';
comment on column community.message_week.messages is 'How many, those dated after now included; 0 where all of them were deleted';

-- For the week that is not over yet, of which only what is not after now counts.
create index messages_by_time on community.messages (message_at) include (user_id, group_id) where deleted_at is null;

-- Rows are locked in order, and after the messages of the statement: loads beside each other wait and do not deadlock.
create function community.count_messages() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into community.message_week as w (week_on, user_id, group_id, messages)
        select date_trunc('week', message_at at time zone 'UTC')::date, user_id, group_id, count(*)
        from new_rows
        where deleted_at is null and message_at is not null
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (week_on, user_id, group_id) do update set messages = w.messages + excluded.messages;
    elsif tg_op = 'UPDATE' then
        insert into community.message_week as w (week_on, user_id, group_id, messages)
        select date_trunc('week', message_at at time zone 'UTC')::date, user_id, group_id, sum(change)
        from (
            select message_at, user_id, group_id, deleted_at, 1 as change from new_rows
            union all
            select message_at, user_id, group_id, deleted_at, -1 from old_rows
        ) both_rows
        where deleted_at is null and message_at is not null
        group by 1, 2, 3
        having sum(change) <> 0
        order by 1, 2, 3
        on conflict (week_on, user_id, group_id) do update set messages = w.messages + excluded.messages;
    elsif tg_op = 'DELETE' then
        insert into community.message_week as w (week_on, user_id, group_id, messages)
        select date_trunc('week', message_at at time zone 'UTC')::date, user_id, group_id, -count(*)
        from old_rows
        where deleted_at is null and message_at is not null
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (week_on, user_id, group_id) do update set messages = w.messages + excluded.messages;
    else
        truncate community.message_week;
    end if;
    return null;
end
$$;
comment on function community.count_messages() is 'Keeps community.message_week';

create trigger count_inserted after insert on community.messages
    referencing new table as new_rows for each statement execute function community.count_messages();
create trigger count_updated after update on community.messages
    referencing old table as old_rows new table as new_rows for each statement execute function community.count_messages();
create trigger count_deleted after delete on community.messages
    referencing old table as old_rows for each statement execute function community.count_messages();
create trigger count_truncated after truncate on community.messages
    for each statement execute function community.count_messages();

insert into community.message_week (week_on, user_id, group_id, messages)
select date_trunc('week', message_at at time zone 'UTC')::date, user_id, group_id, count(*)
from community.messages
where deleted_at is null and message_at is not null
group by 1, 2, 3;
