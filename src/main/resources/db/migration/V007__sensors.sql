-- Sensors: what was measured, minute by minute what it comes to, and what the sensors are.

create schema sensors;
comment on schema sensors is 'Readings of sensors, from MQTT';

create table sensors.sensor (
    sensor_id     text collate "C" not null,
    latitude      double precision,
    longitude     double precision,
    unit          text,
    type          text,
    range_min     numeric,
    range_max     numeric,
    description   text,
    valid_from_at timestamptz not null,
    valid_to_at   timestamptz check (valid_to_at > valid_from_at),
    run_id        uuid not null,
    raw_object    text,
    primary key (sensor_id, valid_from_at)
);
create unique index sensor_current on sensors.sensor (sensor_id) where valid_to_at is null;
comment on table sensors.sensor is 'One row per sensor and state of its entry in the sensor list';
comment on column sensors.sensor.sensor_id is 'Name, as readings have it';
comment on column sensors.sensor.latitude is 'Place, degrees north';
comment on column sensors.sensor.longitude is 'Place, degrees east';
comment on column sensors.sensor.unit is 'Unit of its values: C';
comment on column sensors.sensor.type is 'What it measures: temperature';
comment on column sensors.sensor.range_min is 'Least value it can measure, in its unit';
comment on column sensors.sensor.range_max is 'Largest value it can measure, in its unit';
comment on column sensors.sensor.description is 'Where it is, for a person';
comment on column sensors.sensor.valid_from_at is 'Since when the list says so';
comment on column sensors.sensor.valid_to_at is 'Until when; NULL for what it says now';
comment on column sensors.sensor.run_id is 'Run that wrote the row last';
comment on column sensors.sensor.raw_object is 'The list in S3 that says so';

create table sensors.reading (
    sensor_id      text collate "C" not null,
    measured_at    timestamptz not null,
    value          numeric not null,
    received_at    timestamptz not null,
    ingested_at    timestamptz not null default now(),
    run_id         uuid not null,
    clock_fault    text check (clock_fault in ('future', 'past')),
    unknown_sensor boolean not null,
    unsettled      boolean not null default false,
    primary key (sensor_id, measured_at)
) partition by range (measured_at);
create index reading_unsettled on sensors.reading (measured_at) where unsettled;
comment on table sensors.reading is 'One row per reading, by sensor and time; a partition a day, and one for days without';
comment on column sensors.reading.sensor_id is 'Sensor; key together with measured_at';
comment on column sensors.reading.measured_at is 'When it was measured, by the clock of the sensor';
comment on column sensors.reading.value is 'What was measured, in the unit of the sensor';
comment on column sensors.reading.received_at is 'When it came from the broker';
comment on column sensors.reading.ingested_at is 'When it was stored here';
comment on column sensors.reading.run_id is 'Run that stored it: the minute of the stream';
comment on column sensors.reading.clock_fault is 'future or past if the clock of the sensor was so far from the time of arrival that it must have been wrong; else NULL';
comment on column sensors.reading.unknown_sensor is 'Whether the sensor was not in the list when the reading was stored';
comment on column sensors.reading.unsettled is 'Came for a day that was archived already; not in reading_1min until it is known whether it is new';

create table sensors.reading_default partition of sensors.reading default;
comment on table sensors.reading_default is 'Readings of days that have no partition';
do $$
declare
    of_column record;
begin
    for of_column in
        select attname, col_description(attrelid, attnum) as text from pg_attribute
        where attrelid = 'sensors.reading'::regclass and attnum > 0
    loop
        execute format('comment on column sensors.reading_default.%I is %L', of_column.attname, of_column.text);
    end loop;
end
$$;

create table sensors.reading_1min (
    sensor_id text collate "C" not null,
    minute_at timestamptz not null,
    readings  bigint not null check (readings > 0),
    sum       numeric not null,
    min       numeric not null,
    max       numeric not null,
    last      numeric not null,
    last_at   timestamptz not null,
    late      bigint not null,
    primary key (sensor_id, minute_at)
) with (fillfactor = 70);
create index reading_1min_by_minute on sensors.reading_1min (minute_at);
comment on table sensors.reading_1min is 'Readings of a sensor in a minute; always what a computation over all readings, archived ones included, would yield';
comment on column sensors.reading_1min.sensor_id is 'Sensor; key together with minute_at';
comment on column sensors.reading_1min.minute_at is 'Begin of the minute, by the clock of the sensor, UTC';
comment on column sensors.reading_1min.readings is 'Readings in it';
comment on column sensors.reading_1min.sum is 'Sum of their values; divided by readings it is the mean';
comment on column sensors.reading_1min.min is 'Least value';
comment on column sensors.reading_1min.max is 'Largest value';
comment on column sensors.reading_1min.last is 'Value that was measured last';
comment on column sensors.reading_1min.last_at is 'When that was';
comment on column sensors.reading_1min.late is 'Readings that came more than a minute after the end of the minute';

create table sensors.latest (
    sensor_id   text collate "C" primary key,
    measured_at timestamptz not null,
    value       numeric not null,
    received_at timestamptz not null
) with (fillfactor = 50);
comment on table sensors.latest is 'The newest reading of each sensor, those with a clock fault left out';
comment on column sensors.latest.sensor_id is 'Sensor';
comment on column sensors.latest.measured_at is 'When it was measured';
comment on column sensors.latest.value is 'What was measured, in the unit of the sensor';
comment on column sensors.latest.received_at is 'When it came from the broker';

create table sensors.archived_day (
    day       date primary key,
    closed_at timestamptz not null default clock_timestamp(),
    run_id    uuid not null
);
comment on table sensors.archived_day is 'Days (UTC) whose readings are in the archive or on their way; what comes for one later is unsettled';
comment on column sensors.archived_day.day is 'Day of measured_at, UTC';
comment on column sensors.archived_day.closed_at is 'Since when';
comment on column sensors.archived_day.run_id is 'Run that closed it';

-- A load holds this lock in share mode from its first statement to its commit, before any table; whoever needs to know that
-- no load is under way (to close a day, to make or drop a partition) takes it exclusively, before any table too.
create function sensors.load_lock() returns bigint language sql immutable parallel safe return 7365001;
comment on function sensors.load_lock is 'Number of the advisory lock between loads of readings and changes of their partitions';

create function sensors.ensure_partition(day date) returns boolean language plpgsql as $$
declare
    name text := 'reading_' || to_char(ensure_partition.day, 'YYYY_MM_DD');
    begin_at timestamptz := ensure_partition.day::timestamp at time zone 'UTC';
    end_at timestamptz := (ensure_partition.day + 1)::timestamp at time zone 'UTC';
begin
    if to_regclass(format('sensors.%I', name)) is not null then
        return false;
    end if;
    perform pg_advisory_xact_lock(sensors.load_lock());
    if to_regclass(format('sensors.%I', name)) is not null then
        return false; -- somebody else was quicker
    end if;
    execute format('create table sensors.%I (like sensors.reading including all)', name);
    execute format('comment on table sensors.%I is %L', name, 'Readings of ' || ensure_partition.day);
    execute format('with moved as (delete from sensors.reading_default where measured_at >= %L and measured_at < %L returning *) '
        'insert into sensors.%I select * from moved', begin_at, end_at, name);
    execute format('alter table sensors.reading attach partition sensors.%I for values from (%L) to (%L)', name, begin_at, end_at);
    return true;
end
$$;
comment on function sensors.ensure_partition is 'Makes the partition of a day (UTC) unless it is there; readings of it that are in the default partition move there. Yields whether it made one';

create function sensors.ensure_partitions(days_ahead integer) returns bigint language sql as $$
    select count(*) filter (where sensors.ensure_partition((now() at time zone 'UTC')::date + n))
    from generate_series(-1, ensure_partitions.days_ahead) n
$$;
comment on function sensors.ensure_partitions is 'Makes the partitions from yesterday until so many days ahead; yields how many were missing';

select sensors.ensure_partitions(7);

grant usage on schema sensors to "${serai.reader}";
grant select on all tables in schema sensors to "${serai.reader}";
alter default privileges in schema sensors grant select on tables to "${serai.reader}";
