-- Readings of wrong clocks are few; found without reading the others.
create index reading_clock_fault on sensors.reading (ingested_at) where clock_fault is not null;
