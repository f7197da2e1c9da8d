-- Retention of readings: days are closed, archived, and their partitions dropped; what comes later is settled.

alter table sensors.archived_day add column dropped_at timestamptz;
comment on column sensors.archived_day.dropped_at is 'When its partition was last dropped; NULL if that is still there or there was none';

create function sensors.partitions() returns table (partition regclass, from_at timestamptz, to_at timestamptz)
language sql stable as $$
    select c.oid::regclass, bounds[1]::timestamptz, bounds[2]::timestamptz
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('([^']+)'\) TO \('([^']+)'\)$re$) bounds
    where i.inhparent = 'sensors.reading'::regclass and bounds is not null
$$;
comment on function sensors.partitions is 'The partitions of sensors.reading but the default one, with the instants they begin and end before';

-- From its commit on, a load that brings a reading of a closed day leaves it unsettled. The days are looked for before the
-- lock is asked for, because loads wait as long as it is held.
create function sensors.close_days(keep_days integer, run_id uuid) returns bigint
language plpgsql set lock_timeout = '5s' as $$
declare
    cut_off_at constant timestamptz := date_trunc('day', now(), 'UTC') - make_interval(days => keep_days);
    days date[];
begin
    select array_agg(day) into days
    from (
        select (measured_at at time zone 'UTC')::date as day
        from sensors.reading
        where measured_at < cut_off_at and isfinite(measured_at)
        union
        select (from_at at time zone 'UTC')::date from sensors.partitions() where to_at <= cut_off_at
        except
        select day from sensors.archived_day
    ) old;
    if days is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(sensors.load_lock());
    insert into sensors.archived_day (day, run_id) select unnest(days), close_days.run_id on conflict do nothing;
    return cardinality(days);
end
$$;
comment on function sensors.close_days is 'Closes the days in UTC that ended at least so many days before today and have readings or a partition; yields how many';

-- Loads hold the lock of the days before they touch a table, and whoever reads locks the parent before its partitions, as is
-- done here: so nobody waits for a lock in the other order. A long query makes this give up, not the loads wait.
create function sensors.drop_archived_partitions() returns bigint
language plpgsql set lock_timeout = '2s' as $$
declare
    candidates regclass[] := '{}';
    each record;
    filled boolean;
    dropped bigint := 0;
begin
    for each in
        select p.*, d.day
        from sensors.partitions() p
        join sensors.archived_day d on d.day = (p.from_at at time zone 'UTC')::date
                                   and d.day = (p.to_at at time zone 'UTC')::date - 1
        where not exists (select from ops.archive a
                          where a.dataset = 'sensors.reading' and a.day = d.day and a.state in ('planned', 'verified'))
        order by p.from_at
    loop
        execute format('select exists (select from %s)', each.partition) into filled;
        if not filled then
            candidates := candidates || each.partition;
        end if;
    end loop;
    if cardinality(candidates) = 0 then
        return 0;
    end if;
    perform pg_advisory_xact_lock(sensors.load_lock());
    lock table only sensors.reading in access exclusive mode;
    for each in select * from sensors.partitions() where partition = any (candidates) order by from_at loop
        execute format('lock table %s in access exclusive mode', each.partition);
        execute format('select exists (select from %s)', each.partition) into filled;
        if not filled then
            execute format('drop table %s', each.partition);
            update sensors.archived_day set dropped_at = clock_timestamp() where day = (each.from_at at time zone 'UTC')::date;
            dropped := dropped + 1;
        end if;
    end loop;
    return dropped;
exception when lock_not_available then
    raise exception 'sensors.reading is in use: % empty partitions of archived days are dropped by the next run, the first is %',
        cardinality(candidates), candidates[1] using errcode = '55P03';
end
$$;
comment on function sensors.drop_archived_partitions is 'Drops the partitions of archived days that are empty and have no open certificate; yields how many';

-- Whoever reads for long, an archive too, keeps the default partition from being changed; loads must not wait for its end.
alter function sensors.ensure_partition(date) set lock_timeout = '5s';

comment on column ops.archive.rows_sha256 is 'SHA-256 over keys and values: of what PostgreSQL writes with COPY (select columns order by time column, key; texts of the key COLLATE "C") TO STDOUT (FORMAT csv, NULL ''\N'', FORCE_QUOTE (text, numeric without precision and jsonb columns)) in UTC';
