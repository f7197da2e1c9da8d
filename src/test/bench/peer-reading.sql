-- Where peers put readings: the same key as sensors.reading, nothing beside it (no rollup, no book, no dead letter).
create table peer_reading (
    sensor_id   text not null,
    measured_at timestamptz not null,
    value       double precision not null,
    primary key (sensor_id, measured_at)
);
-- For those who write with COPY: one that is there already is left out.
create function peer_reading_once() returns trigger language plpgsql as $$
begin
    if exists (select from peer_reading p where p.sensor_id = new.sensor_id and p.measured_at = new.measured_at) then
        return null;
    end if;
    return new;
end
$$;
