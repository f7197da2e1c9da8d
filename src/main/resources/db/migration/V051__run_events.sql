-- Which events about runs OpenLineage has been sent; kept as long as a run may still be told.

create table ops.run_event (
    run_id  uuid not null,
    type    text not null check (type in ('START', 'COMPLETE', 'FAIL', 'ABORT')),
    sent_at timestamptz not null default clock_timestamp(),
    primary key (run_id, type)
);
create index run_event_by_time on ops.run_event (sent_at);
comment on table ops.run_event is 'One row per event about a run that the endpoint of OpenLineage has taken; those of the last two days';
comment on column ops.run_event.run_id is 'Run';
comment on column ops.run_event.type is 'START, and then COMPLETE, FAIL or ABORT';
comment on column ops.run_event.sent_at is 'When the endpoint took it';
