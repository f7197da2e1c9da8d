-- Which clock "today" and "this week" go by, for whoever reads the answers.

create view mart.community_clock as
select c.mode as clock, community.now() as now_at,
       case when c.mode = 'wall' then 'the clock of this database: the community lives in our time'
            when exists (select from community.users where sign_up_at is not null and deleted_at is null)
                then 'the newest sign-up: the community lives in a time of its own'
            else 'the clock of this database, as long as nobody has signed up' end as reason
from community.clock c;
comment on view mart.community_clock is 'What does "now" mean for the community?';
comment on column mart.community_clock.clock is 'source or wall, as the setting community.clock says';
comment on column mart.community_clock.now_at is 'Now: what is dated after it is in no answer about the community';
comment on column mart.community_clock.reason is 'Where that is from';
