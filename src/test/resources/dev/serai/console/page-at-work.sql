-- A row or more for each panel of the page. A statement ends with a line that is empty.

insert into community.users (user_id, age, gender, country, sign_up_at, group_id, source_version, run_id)
select 'u' || n, 15 + n, case n % 2 when 0 then 'Female' else 'Male' end, (array['CH', 'BR', 'JP'])[1 + n % 3],
       '2020-06-24 12:00:00Z'::timestamptz - n * interval '9 hours', 'g' || n % 4, 1, gen_random_uuid()
from generate_series(0, 49) n;

insert into community.groups (group_id, start_at, source_version, run_id)
select 'g' || n, '2020-06-01Z', 1, gen_random_uuid() from generate_series(0, 3) n;

insert into community.plans (plan_id, description, source_version, run_id)
values ('a', 'CoreTech: 1 month', 1, gen_random_uuid()), ('b', 'CoreNoTech: 1 month', 1, gen_random_uuid());

insert into community.subscriptions (subscription_id, user_id, ordinal, plan_id, start_at, source_version, run_id)
select 's' || n, 'u' || n, 1, case when n % 5 < 2 then 'a' else 'b' end, '2020-06-01Z', 1, gen_random_uuid()
from generate_series(0, 39) n;

insert into community.messages (document_id, ordinal, user_id, group_id, message_at, source_version, run_id)
select 'd' || n, 1, 'u' || n % 50, 'g' || n % 4, '2020-06-23Z'::timestamptz - n * interval '1 hour', 1, gen_random_uuid()
from generate_series(0, 399) n;

insert into community.invoices (subscription_id, ordinal, user_id, amount, currency, status, invoice_at, source_version, run_id)
select 's' || n, 1, 'u' || n, 12.5, 'CHF', 'settled', '2020-06-02Z', 1, gen_random_uuid() from generate_series(0, 39) n;

insert into sensors.sensor (sensor_id, unit, description, valid_from_at, run_id)
values ('hall', 'C', 'Loading dock', '2020-01-01Z', gen_random_uuid()), ('main', 'kW', 'Switchboard', '2020-01-01Z', gen_random_uuid());

insert into sensors.latest (sensor_id, measured_at, value, received_at)
values ('hall', now(), 21.5, now()), ('main', now(), 4.25, now());

insert into sensors.reading_1min (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
select s, date_trunc('minute', now()) - n * interval '1 minute', 12, 12 * (20 + n % 7), 19, 27, 20, now(), 0
from unnest(array['hall', 'main']) s, generate_series(1, 70) n where n % 10 <> 3;

insert into ops.route_finding (node, file, line, problem, remedy, found_at)
values ('test', 'routes/users/users-load.camel.yaml', 7, '''setVarable'' is no step', 'did you mean ''setVariable''?', now());

insert into ops.archive (archive_id, run_id, dataset, time_column, key_columns, day, cut_off_at, object, bytes, object_sha256, etag,
                         row_count, first_at, last_at, rows_sha256, row_schema, state, verified_at, deleted_at, deleted_rows)
values (gen_random_uuid(), gen_random_uuid(), 'ads.impression', 'shown_at', '{ad_id}', '2020-06-01', '2020-06-08Z', 's3://ad-data/archive/one', 5000, 'a',
        'b', 1234, '2020-06-01 01:00Z', '2020-06-01 02:00Z', 'c', '[]', 'deleted', now(), now(), 1234);

insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, share, threshold, failing_keys, says, checked_at)
select gen_random_uuid(), check_id, dataset, dimension, severity, case row_number() over (order by check_id) when 1 then 'warned' else 'passed' end,
       1000, 0, case row_number() over (order by check_id) when 1 then 0.9 else 1 end, threshold, '{}', 'all is well with ' || check_id, now()
from ops.quality_check;

insert into ops.alert (cause, kind, subject, says, opened_at, last_seen_at)
values ('run made-up', 'run', 'made-up', 'made-up is failing: the source is away', now() - interval '5 minutes', now());
