-- Settles the late readings of one archived day. Temporary tables of this session: late has the keys of the readings that were
-- compared, archived has those readings of the archive that have one of these keys. Settings: serai.run_id, serai.day.
with judged as materialized (
    select r.sensor_id, r.measured_at, r.value, a.value as archived_value, a.sensor_id is not null as archived
    from sensors.reading r
    join pg_temp.late l using (sensor_id, measured_at)
    left join pg_temp.archived a using (sensor_id, measured_at)
    where r.unsettled
), deleted as (
    delete from sensors.reading r using judged j
    where j.archived and r.sensor_id = j.sensor_id and r.measured_at = j.measured_at
), counted as (
    update sensors.reading r set unsettled = false
    from judged j
    where not j.archived and r.sensor_id = j.sensor_id and r.measured_at = j.measured_at
    returning r.sensor_id, r.measured_at, date_trunc('minute', r.measured_at, 'UTC') as minute_at, r.value, r.received_at, r.clock_fault
), rolled_up as (
    -- as load-readings.sql does; in the order of the key, so that no two statements wait for each other
    insert into sensors.reading_1min as m (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
    select sensor_id, minute_at, count(*), sum(value), min(value), max(value),
           (array_agg(value order by measured_at desc))[1], max(measured_at),
           count(*) filter (where received_at >= minute_at + interval '2 minutes')
    from counted
    group by sensor_id, minute_at
    order by sensor_id, minute_at
    on conflict (sensor_id, minute_at) do update set
        readings = m.readings + excluded.readings, sum = m.sum + excluded.sum,
        min = least(m.min, excluded.min), max = greatest(m.max, excluded.max),
        last = case when excluded.last_at > m.last_at then excluded.last else m.last end,
        last_at = greatest(m.last_at, excluded.last_at),
        late = m.late + excluded.late
), newest as (
    insert into sensors.latest as l (sensor_id, measured_at, value, received_at)
    select distinct on (sensor_id) sensor_id, measured_at, value, received_at
    from counted
    where clock_fault is null
    order by sensor_id, measured_at desc
    on conflict (sensor_id) do update set
        measured_at = excluded.measured_at, value = excluded.value, received_at = excluded.received_at
    where l.measured_at < excluded.measured_at
)
select *
from ops.record_load(
    pipeline => 'sensors', dataset => 'settlement of sensors.reading',
    run_id => current_setting('serai.run_id')::uuid,
    raw_object => 'late readings of ' || current_setting('serai.day'),
    read => (select count(*) from judged),
    inserted => (select count(*) from judged where not archived),
    updated => 0,
    rejected => (
        select coalesce(jsonb_agg(jsonb_build_object(
            'position', place - 1,
            'code', 'SENSOR_READING_CONFLICT',
            'message', format('value: must be %s as in the archive, because %s has that reading already, was %s',
                              archived_value, sensor_id, value),
            'payload', jsonb_build_object('id', sensor_id, 'dt', measured_at, 'value', value)::text) order by place), '[]')
        from (select *, row_number() over (order by sensor_id, measured_at) as place
              from judged where archived and value <> archived_value) conflict),
    replayed => null)
