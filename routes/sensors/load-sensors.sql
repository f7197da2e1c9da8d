-- Sensors into sensors.sensor with their history: an entry that says something else ends the row that said it before.
-- Also writes: ops.watermark.
with known as materialized (
    select coalesce((select value from ops.watermark where pipeline = 'sensors-list' and name = 'list'), '') collate "C" as raw_object
), incoming as materialized (
    -- an older list, loaded late, says nothing about now; repaired entries belong to no list
    select r.*
    from jsonb_to_recordset(cast(:?rows as jsonb)) as r(
        position integer, sensor_id text, latitude double precision, longitude double precision, unit text, type text,
        range_min numeric, range_max numeric, description text)
    where cast(:?raw_object as text) is null or cast(:?raw_object as text) >= (select raw_object from known)
), changed as materialized (
    select i.* from incoming i
    left join sensors.sensor s on s.sensor_id = i.sensor_id and s.valid_to_at is null
    where (i.latitude, i.longitude, i.unit, i.type, i.range_min, i.range_max, i.description)
          is distinct from (s.latitude, s.longitude, s.unit, s.type, s.range_min, s.range_max, s.description)
       or s.sensor_id is null
), ended as (
    update {dataset} as s set valid_to_at = now(), run_id = cast(:?run_id as uuid)
    where s.valid_to_at is null
      and (s.sensor_id in (select sensor_id from changed)
           or cast(:?complete as boolean) and s.sensor_id <> all (cast(:?names as text[]))
              and cast(:?raw_object as text) >= (select raw_object from known))
    returning sensor_id
), begun as (
    insert into {dataset} as s (
        sensor_id, latitude, longitude, unit, type, range_min, range_max, description, valid_from_at, run_id, raw_object)
    select sensor_id, latitude, longitude, unit, type, range_min, range_max, description, now(),
           cast(:?run_id as uuid), cast(:?raw_object as text)
    from changed
    where (select count(*) from ended) >= 0 -- after the row before has ended
    returning sensor_id
), remembered as (
    insert into ops.watermark as w (pipeline, name, value)
    select 'sensors-list', name, value
    from (values ('list', cast(:?raw_object as text)), ('digest', cast(:?digest as text))) as v(name, value)
    where cast(:?raw_object as text) >= (select raw_object from known) and cast(:?complete as boolean)
    on conflict (pipeline, name) do update set value = excluded.value, updated_at = now()
)
select *
from ops.record_load(
    pipeline => 'sensors-list', dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from begun where sensor_id not in (select sensor_id from ended)),
    updated => (select count(*) from begun where sensor_id in (select sensor_id from ended)),
    rejected => cast(:?rejected as jsonb),
    replayed => cast(:?replayed as bigint[]))
