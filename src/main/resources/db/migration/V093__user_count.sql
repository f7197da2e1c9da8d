-- How many users there are, counted as they come and go.

create table users.profile_count (
    only_row boolean primary key default true check (only_row),
    users    bigint not null
);
comment on table users.profile_count is 'How many rows users.profile has, at any time';
comment on column users.profile_count.only_row is 'Always true: there is one row';
comment on column users.profile_count.users is 'Users';
insert into users.profile_count (users) select count(*) from users.profile;

create function users.count_profiles() returns trigger language plpgsql as $$
declare
    change bigint;
begin
    if tg_op = 'TRUNCATE' then
        update users.profile_count set users = 0;
        return null;
    end if;
    execute format('select sum(change) from %s c', ops.changed_rows(tg_op)) into change;
    if change <> 0 then
        update users.profile_count set users = users + change;
    end if;
    return null;
end
$$;
comment on function users.count_profiles() is 'Keeps users.profile_count';

create trigger count_insert after insert on users.profile
    referencing new table as new_rows for each statement execute function users.count_profiles();
create trigger count_delete after delete on users.profile
    referencing old table as old_rows for each statement execute function users.count_profiles();
create trigger count_truncate after truncate on users.profile
    for each statement execute function users.count_profiles();

create or replace view mart.user_total as
select c.users, (select max(ingested_at) from users.profile) as newest_at, (select min(ingested_at) from users.profile) as oldest_at
from users.profile_count c;
