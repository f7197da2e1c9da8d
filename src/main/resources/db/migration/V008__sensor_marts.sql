-- Questions about sensors. All but the newest values are answered by the minutes, so they cost the same whatever the number of readings.

create view mart.sensor_latest as
select l.sensor_id, l.value, s.unit, s.type, s.description, s.latitude, s.longitude, l.measured_at, l.received_at,
       s.sensor_id is null as unknown_sensor
from sensors.latest l
left join sensors.sensor s on s.sensor_id = l.sensor_id and s.valid_to_at is null
order by l.sensor_id;
comment on view mart.sensor_latest is 'What is the latest value of each sensor? Readings of a clock that is wrong do not count';
comment on column mart.sensor_latest.sensor_id is 'Sensor';
comment on column mart.sensor_latest.value is 'Value, in its unit';
comment on column mart.sensor_latest.unit is 'Unit, from the sensor list; NULL for a sensor that is not in it';
comment on column mart.sensor_latest.type is 'What it measures';
comment on column mart.sensor_latest.description is 'Where it is, in words';
comment on column mart.sensor_latest.latitude is 'Latitude as the sensor list has it';
comment on column mart.sensor_latest.longitude is 'Longitude as the sensor list has it';
comment on column mart.sensor_latest.measured_at is 'When it was measured, by the sensor''s clock';
comment on column mart.sensor_latest.received_at is 'When it arrived here';
comment on column mart.sensor_latest.unknown_sensor is 'Whether the sensor is not in the sensor list';

create view mart.sensor_1min as
select m.sensor_id, m.minute_at, s.unit, round(m.sum / m.readings, 6) as mean, m.min, m.max, m.last, m.readings, m.late
from sensors.reading_1min m
left join sensors.sensor s on s.sensor_id = m.sensor_id and s.valid_to_at is null
where m.minute_at > now() - interval '24 hours' and m.minute_at <= now()
order by m.sensor_id, m.minute_at;
comment on view mart.sensor_1min is 'What did each sensor measure on average, minute by minute, in the last 24 hours?';
comment on column mart.sensor_1min.sensor_id is 'Sensor';
comment on column mart.sensor_1min.minute_at is 'Begin of the minute, UTC';
comment on column mart.sensor_1min.unit is 'Unit, from the sensor list';
comment on column mart.sensor_1min.mean is 'Mean of the readings of that minute, rounded to six digits';
comment on column mart.sensor_1min.min is 'Smallest value';
comment on column mart.sensor_1min.max is 'Largest value';
comment on column mart.sensor_1min.last is 'Value measured last';
comment on column mart.sensor_1min.readings is 'Readings';
comment on column mart.sensor_1min.late is 'Readings of them that arrived more than a minute after its end';

create view mart.sensor_1min_recent as
select * from mart.sensor_1min where minute_at > now() - interval '35 minutes';
comment on view mart.sensor_1min_recent is 'What did each sensor measure on average, minute by minute, in the last half hour?';
comment on column mart.sensor_1min_recent.sensor_id is 'Sensor';
comment on column mart.sensor_1min_recent.minute_at is 'Begin of the minute, UTC';
comment on column mart.sensor_1min_recent.unit is 'Unit, from the sensor list';
comment on column mart.sensor_1min_recent.mean is 'Mean of the readings of that minute, rounded to six digits';
comment on column mart.sensor_1min_recent.min is 'Smallest value';
comment on column mart.sensor_1min_recent.max is 'Largest value';
comment on column mart.sensor_1min_recent.last is 'Value measured last';
comment on column mart.sensor_1min_recent.readings is 'Readings';
comment on column mart.sensor_1min_recent.late is 'Readings of them that arrived more than a minute after its end';

create view mart.sensor_coverage as
with usual as (
    -- what a whole minute of the sensor usually holds: the median of the last day's minutes that had any
    select sensor_id, percentile_disc(0.5) within group (order by readings) as expected, min(minute_at) as first_minute_at
    from sensors.reading_1min
    where minute_at > now() - interval '24 hours' and minute_at <= now()
    group by sensor_id
)
select u.sensor_id, minute.minute_at, coalesce(m.readings, 0) as received, u.expected,
       least(100, round(100.0 * coalesce(m.readings, 0) / u.expected, 1)) as covered_percent
from usual u
cross join lateral generate_series(
    greatest(date_trunc('minute', now(), 'UTC') - interval '60 minutes', u.first_minute_at),
    date_trunc('minute', now(), 'UTC') - interval '1 minute', interval '1 minute') as minute(minute_at)
left join sensors.reading_1min m on m.sensor_id = u.sensor_id and m.minute_at = minute.minute_at
order by u.sensor_id, minute.minute_at;
comment on view mart.sensor_coverage is 'Which minutes of the last hour are there? From a sensor''s first minute of the day on, the running minute left out';
comment on column mart.sensor_coverage.sensor_id is 'Sensor';
comment on column mart.sensor_coverage.minute_at is 'Begin of the minute, UTC';
comment on column mart.sensor_coverage.received is 'Readings measured in it';
comment on column mart.sensor_coverage.expected is 'Readings that a minute of this sensor usually has: the median of its minutes of the last 24 hours that had any';
comment on column mart.sensor_coverage.covered_percent is 'received of expected, at most 100';

create view mart.sensor_history as
select sensor_id, date_bin('1 hour', minute_at, timestamptz '1970-01-01 00:00:00Z') as hour_at,
       round(sum(sum) / sum(readings), 6) as mean, min(min) as min, max(max) as max, sum(readings) as readings, count(*) as minutes
from sensors.reading_1min
where minute_at > now() - interval '30 days'
group by 1, 2
order by 1, 2;
comment on view mart.sensor_history is 'What did each sensor measure, hour by hour, in the last 30 days?';
comment on column mart.sensor_history.sensor_id is 'Sensor';
comment on column mart.sensor_history.hour_at is 'Begin of the hour, UTC';
comment on column mart.sensor_history.mean is 'Mean of its readings, rounded to six digits';
comment on column mart.sensor_history.min is 'Smallest value';
comment on column mart.sensor_history.max is 'Largest value';
comment on column mart.sensor_history.readings is 'Readings';
comment on column mart.sensor_history.minutes is 'Minutes of the hour with a reading';

grant select on all tables in schema mart to "${serai.reader}";
