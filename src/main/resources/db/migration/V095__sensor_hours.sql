-- How many readings a minute of a sensor usually has, over a day, without reading a day of minutes at each look: hours that
-- are over are counted once, by a route. The answer is the same at any time: an hour that is not counted, or in which
-- something changed since, is read minute by minute.

create table sensors.usual_hour (
    sensor_id text collate "C" not null,
    hour_at   timestamptz not null,
    readings  bigint not null,
    minutes   bigint not null check (minutes > 0),
    primary key (sensor_id, hour_at, readings)
);
comment on table sensors.usual_hour is 'How many minutes of an hour had how many readings; all minutes of the hour or, while that is not counted, none';
comment on column sensors.usual_hour.sensor_id is 'Sensor';
comment on column sensors.usual_hour.hour_at is 'Begin of the hour, UTC; it is over, and of the last 26';
comment on column sensors.usual_hour.readings is 'Readings of a minute';
comment on column sensors.usual_hour.minutes is 'Minutes with so many readings';

create function sensors.hour_of(at timestamptz) returns timestamptz language sql immutable parallel safe
return date_bin('1 hour', at, timestamptz '1970-01-01 00:00:00Z');
comment on function sensors.hour_of(timestamptz) is 'Begin of the hour of an instant';

-- Loads wait as long as it takes to count an hour, so none changes a minute that is being counted.
create function sensors.count_hours() returns bigint language plpgsql set lock_timeout = '5s' as $$
declare
    counted bigint;
begin
    perform pg_advisory_xact_lock(sensors.load_lock());
    delete from sensors.usual_hour where hour_at < now() - interval '26 hours';
    insert into sensors.usual_hour (sensor_id, hour_at, readings, minutes)
    select m.sensor_id, h.hour_at, m.readings, count(*)
    from generate_series(sensors.hour_of(now()) - interval '24 hours', sensors.hour_of(now()) - interval '1 hour', interval '1 hour') as h(hour_at)
    join sensors.reading_1min m on m.minute_at >= h.hour_at and m.minute_at < h.hour_at + interval '1 hour'
    where not exists (select from sensors.usual_hour u where u.sensor_id = m.sensor_id and u.hour_at = h.hour_at)
    group by 1, 2, 3;
    get diagnostics counted = row_count;
    return counted;
end
$$;
comment on function sensors.count_hours is 'Counts the hours of the last day that are over and not counted; yields how many rows that made';

-- Rows are locked in their order, so that loads beside each other do not wait in a circle.
create function sensors.forget_hours() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' then
        truncate sensors.usual_hour;
    elsif tg_op = 'DELETE' then
        with due as materialized (
            select u.* from sensors.usual_hour u
            where (u.sensor_id, u.hour_at) in (
                select sensor_id, sensors.hour_of(minute_at) from old_rows where minute_at < sensors.hour_of(now()))
            order by u.sensor_id, u.hour_at, u.readings for update
        )
        delete from sensors.usual_hour u using due d
        where (u.sensor_id, u.hour_at, u.readings) = (d.sensor_id, d.hour_at, d.readings);
    else
        with due as materialized (
            select u.* from sensors.usual_hour u
            where (u.sensor_id, u.hour_at) in (
                select sensor_id, sensors.hour_of(minute_at) from new_rows where minute_at < sensors.hour_of(now()))
            order by u.sensor_id, u.hour_at, u.readings for update
        )
        delete from sensors.usual_hour u using due d
        where (u.sensor_id, u.hour_at, u.readings) = (d.sensor_id, d.hour_at, d.readings);
    end if;
    return null;
end
$$;
comment on function sensors.forget_hours is 'Takes hours out of sensors.usual_hour in which a minute changed';

create trigger forget_hours_insert after insert on sensors.reading_1min
    referencing new table as new_rows for each statement execute function sensors.forget_hours();
create trigger forget_hours_update after update on sensors.reading_1min
    referencing new table as new_rows for each statement execute function sensors.forget_hours();
create trigger forget_hours_delete after delete on sensors.reading_1min
    referencing old table as old_rows for each statement execute function sensors.forget_hours();
create trigger forget_hours_truncate after truncate on sensors.reading_1min
    for each statement execute function sensors.forget_hours();

create or replace view mart.sensor_coverage as
with recursive sensor as (
    -- each sensor by one look into the index
    (select sensor_id from sensors.reading_1min order by sensor_id limit 1)
    union all
    select (select m.sensor_id from sensors.reading_1min m where m.sensor_id > s.sensor_id order by m.sensor_id limit 1)
    from sensor s
    where s.sensor_id is not null
), hour as (
    select s.sensor_id, h.hour_at
    from sensor s
    cross join generate_series(sensors.hour_of(now() - interval '24 hours'), now(), interval '1 hour') as h(hour_at)
    where s.sensor_id is not null
), counted as (
    select sensor_id, hour_at, readings, minutes from sensors.usual_hour where hour_at > now() - interval '24 hours'
), minutes as (
    select n.sensor_id, n.readings, sum(n.minutes) as minutes
    from (
        select sensor_id, readings, minutes from counted
        union all
        select m.sensor_id, m.readings, 1
        from (select sensor_id, hour_at from hour except select sensor_id, hour_at from counted) h
        cross join lateral (
            select r.sensor_id, r.readings
            from sensors.reading_1min r
            where r.sensor_id = h.sensor_id and r.minute_at >= h.hour_at and r.minute_at < h.hour_at + interval '1 hour'
              and r.minute_at > now() - interval '24 hours' and r.minute_at <= now()
            offset 0
        ) m
    ) n
    group by n.sensor_id, n.readings
), usual as (
    -- what a whole minute of the sensor usually holds: the median of the last day's minutes that had any
    select sensor_id, min(readings) as expected,
           (select min(m.minute_at) from sensors.reading_1min m
            where m.sensor_id = r.sensor_id and m.minute_at > now() - interval '24 hours' and m.minute_at <= now()) as first_minute_at
    from (
        select sensor_id, readings, sum(minutes) over (partition by sensor_id order by readings) as so_far,
               sum(minutes) over (partition by sensor_id) as of_all
        from minutes
    ) r
    where 2 * so_far >= of_all
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

grant select on all tables in schema sensors to "${serai.reader}";
