-- Readings into sensors.reading, keyed on sensor and time: the first one stays, the same again changes nothing, another value
-- for the same key goes to the dead letter. What was really new goes into the rollup and the newest readings as well.
-- Also writes: sensors.reading_1min, sensors.latest; from the raw lake, sensors.minute_to_count.
--
-- The lock is a statement of its own, so that the load sees every day that was closed before it got the lock.
select pg_advisory_xact_lock_shared(sensors.load_lock());
with incoming as (
    select position, sensor_id, timestamptz '1970-01-01 00:00:00Z' + measured_us * interval '1 microsecond' as measured_at,
           cast(value_digits as numeric) as value,
           timestamptz '1970-01-01 00:00:00Z' + received_us * interval '1 microsecond' as received_at, clock_fault
    -- arrays that were put in the order of the key, because everybody has to lock in the same order
    from unnest(cast(:?positions as integer[]), cast(:?sensor_ids as text[]), cast(:?measured_us as bigint[]),
                cast(:?value_digits as text[]), cast(:?received_us as bigint[]), cast(:?clock_faults as text[]))
        as r(position, sensor_id, measured_us, value_digits, received_us, clock_fault)
), unknown as materialized (
    select sensor_id from unnest(cast(:?sensors as text[])) as u(sensor_id)
    where not exists (select from sensors.sensor s where s.sensor_id = u.sensor_id and s.valid_to_at is null)
), archived as materialized (
    select day from sensors.archived_day where day = any (select date '1970-01-01' + n from unnest(cast(:?days as integer[])) n)
), stored as (
    insert into {dataset} as r (sensor_id, measured_at, value, received_at, run_id, clock_fault, unknown_sensor, unsettled)
    select sensor_id, measured_at, value, received_at, cast(:?run_id as uuid), clock_fault,
           -- asked for each row only if there is any at all
           case when exists (select from unknown) then sensor_id in (select sensor_id from unknown) else false end,
           case when exists (select from archived)
                then cast(measured_at at time zone 'UTC' as date) in (select day from archived) else false end
    from incoming
    -- Only another value touches the row, and leaves it as it is: so that it comes out here, also if it was stored just now
    on conflict (sensor_id, measured_at) do update set value = r.value where r.value <> excluded.value
    returning sensor_id, measured_at, value, received_at, clock_fault, unsettled,
              run_id = cast(:?run_id as uuid) and ingested_at = now() as inserted -- both: of this very transaction
), minute as (
    select sensor_id, date_bin('1 minute', measured_at, timestamptz '1970-01-01 00:00:00Z') as minute_at,
           count(*) as readings, sum(value) as sum, min(value) as min, max(value) as max, max(measured_at) as last_at,
           count(*) filter (
               where received_at >= date_bin('1 minute', measured_at, timestamptz '1970-01-01 00:00:00Z') + interval '2 minutes') as late,
           max(measured_at) filter (where clock_fault is null) as latest_at
    from stored
    where inserted and not unsettled
    group by 1, 2
), rolled_up as (
    insert into sensors.reading_1min as m (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
    select sensor_id, minute_at, readings, sum, min, max, s.value, last_at, late
    from minute join stored s using (sensor_id)
    where s.measured_at = last_at
    order by sensor_id, minute_at
    on conflict (sensor_id, minute_at) do update set
        readings = m.readings + excluded.readings, sum = m.sum + excluded.sum,
        min = least(m.min, excluded.min), max = greatest(m.max, excluded.max),
        last = case when excluded.last_at > m.last_at then excluded.last else m.last end,
        last_at = greatest(m.last_at, excluded.last_at), late = m.late + excluded.late
), doubtful as (
    -- what the lake brings back may have been counted before it was lost, or its minute was lost: see sensors.count_minutes
    insert into sensors.minute_to_count (sensor_id, minute_at)
    select sensor_id, minute_at
    from (
        select sensor_id, date_bin('1 minute', measured_at, timestamptz '1970-01-01 00:00:00Z') as minute_at
        from incoming
        where cast(:?raw_object as text) is not null
        group by 1, 2
    ) of_lake
    where (sensor_id, minute_at) in (select sensor_id, minute_at from minute)
       or not exists (select from sensors.reading_1min known
                      where known.sensor_id = of_lake.sensor_id and known.minute_at = of_lake.minute_at)
    order by sensor_id, minute_at
    on conflict do nothing
), newest as (
    insert into sensors.latest as l (sensor_id, measured_at, value, received_at)
    select sensor_id, s.measured_at, s.value, s.received_at
    from (select sensor_id, max(latest_at) as latest_at from minute group by sensor_id) m join stored s using (sensor_id)
    where s.measured_at = latest_at
    order by sensor_id
    on conflict (sensor_id) do update set
        measured_at = excluded.measured_at, value = excluded.value, received_at = excluded.received_at
    where excluded.measured_at > l.measured_at
), conflict as (
    select i.position, sensor_id, measured_at, s.value as kept, i.value as refused
    from stored s join incoming i using (sensor_id, measured_at)
    where not s.inserted and exists (select from stored where not inserted)
    union all
    -- one whose key came before in this batch
    select v.position, v.sensor_id, v.measured_at, coalesce(s.value, v.first_value), v.value
    from jsonb_to_recordset(cast(:?rivals as jsonb))
        as v(position integer, sensor_id text, measured_at timestamptz, value numeric, first_value numeric)
    left join stored s on s.sensor_id = v.sensor_id and s.measured_at = v.measured_at
    where v.value <> coalesce(s.value, v.first_value)
), letter as (
    select jsonb_agg(jsonb_build_object(
               'position', position, 'code', 'SENSOR_READING_CONFLICT',
               'message', format('reading: ''value'' of %s at %s must be %s, as was stored first, was %s', sensor_id,
                                 to_char(measured_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), kept, refused),
               'payload', convert_from(substring(cast(:?letters as bytea) from begin_at + 1 for end_at - begin_at), 'UTF8'))) as letters
    from conflict
    cross join lateral (
        select coalesce((cast(:?letter_ends as integer[]))[position], 0) as begin_at,
               (cast(:?letter_ends as integer[]))[position + 1] as end_at
    ) place
), refused as (
    select cast(:?rejected as jsonb) || coalesce((select letters from letter), '[]') as letters
)
select *
from ops.record_load(
    pipeline => 'sensors', dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from stored where inserted),
    updated => 0,
    rejected => case when cast(:?raw_object as text) is null then (select letters from refused)
        -- what the lake brings again and has a dead letter, whatever became of that, is there unchanged
        else (select coalesce(jsonb_agg(each), '[]') from refused, jsonb_array_elements(letters) as each
              where not exists (select from ops.dead_letter d
                                where d.pipeline = 'sensors'
                                  and d.payload_sha256 = sha256(convert_to(each ->> 'payload', 'UTF8'))))
        end,
    replayed => cast(:?replayed as bigint[]))
