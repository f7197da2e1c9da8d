-- A day of the raw lake that is loaded again brings back readings that were lost. Whether their minutes still count them
-- nobody knows, so those minutes are counted anew.

create table sensors.minute_to_count (
    sensor_id text collate "C" not null,
    minute_at timestamptz not null,
    primary key (sensor_id, minute_at)
);
comment on table sensors.minute_to_count is 'Minutes into which a replay has brought readings, until they are counted anew';
comment on column sensors.minute_to_count.sensor_id is 'Sensor';
comment on column sensors.minute_to_count.minute_at is 'Begin of the minute, UTC';

-- Some of them at a time, because loads wait as long. What an archive has taken meanwhile was counted before.
create function sensors.count_minutes() returns bigint
language plpgsql set lock_timeout = '5s' as $$
declare
    taken bigint;
begin
    perform pg_advisory_xact_lock(sensors.load_lock());
    with due as (
        delete from sensors.minute_to_count
        where (sensor_id, minute_at) in (
            select sensor_id, minute_at from sensors.minute_to_count order by sensor_id, minute_at limit 5000)
        returning sensor_id, minute_at
    ), counted as (
        insert into sensors.reading_1min as m (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
        select d.sensor_id, d.minute_at, r.readings, r.sum, r.min, r.max, r.last, r.last_at, r.late
        from due d
        cross join lateral (
            select count(*) as readings, sum(value) as sum, min(value) as min, max(value) as max,
                   (array_agg(value order by measured_at desc))[1] as last, max(measured_at) as last_at,
                   count(*) filter (where received_at >= d.minute_at + interval '2 minutes') as late
            from sensors.reading
            where sensor_id = d.sensor_id and measured_at >= d.minute_at
              and measured_at < d.minute_at + interval '1 minute' and not unsettled
        ) r
        where r.readings > 0
          and not exists (select from sensors.archived_day a where a.day = (d.minute_at at time zone 'UTC')::date)
        order by d.sensor_id, d.minute_at
        on conflict (sensor_id, minute_at) do update set
            readings = excluded.readings, sum = excluded.sum, min = excluded.min, max = excluded.max,
            last = excluded.last, last_at = excluded.last_at, late = excluded.late
    )
    select count(*) into taken from due;
    return taken;
end
$$;
comment on function sensors.count_minutes is 'Counts some of the minutes anew into which a replay has brought readings; yields how many, 0 when there are none left';
