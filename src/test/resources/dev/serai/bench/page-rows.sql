-- Rows as a year leaves them, the book in the order of time, for the page to be asked about. PageBench puts numbers for
-- :readings, :messages, :users and :days.
-- A statement ends with a line that is empty.

insert into sensors.sensor (sensor_id, latitude, longitude, unit, type, range_min, range_max, description, valid_from_at, run_id)
select 'Sensor ' || n, 52.37 + n / 1000.0, 4.89, case n % 3 when 0 then 'bar' when 1 then 'C' else '%' end, 'generated', 0, 100,
       'made for a measurement', now() - interval '2 years', gen_random_uuid()
from generate_series(1, 50) n;

insert into sensors.reading_1min (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
select 'Sensor ' || 1 + s, date_trunc('minute', now(), 'UTC') - make_interval(mins => m), 60 - (m % 7) / 6, 1200, 10, 30, 20,
       date_trunc('minute', now(), 'UTC') - make_interval(mins => m) + interval '59 seconds', 0
from generate_series(0, greatest(1440, :readings / 60 / 50)) m cross join generate_series(0, 49) s;

insert into sensors.latest (sensor_id, measured_at, value, received_at)
select sensor_id, now(), 20, now() from sensors.sensor;

insert into sensors.reading (sensor_id, measured_at, value, received_at, run_id, unknown_sensor)
select 'Sensor ' || 1 + n % 50, now() - make_interval(secs => n / 50), 20 + n % 10, now(), gen_random_uuid(), false
from generate_series(0, :readings - 1) n;

insert into users.profile (uid, source_id, first_name, last_name, city, country, latitude, longitude, subscription_plan, ingested_at, run_id)
select gen_random_uuid(), n % 10000, 'Ada', 'Lovelace', 'London', 'United Kingdom', n % 180 - 90, n % 360 - 180, 'Basic',
       now() - interval '1 year' * (n::float / :users), md5((n / 5)::text)::uuid
from generate_series(1, :users) n;

insert into community.groups (group_id, start_at, source_version, run_id)
select 'g' || n, now() - interval '1 year' * random(), 1, gen_random_uuid() from generate_series(0, :users / 100) n;

insert into community.users (user_id, age, gender, country, sign_up_at, group_id, source_version, run_id)
select 'u' || n, 18 + n % 60, case n % 3 when 0 then 'Female' when 1 then 'Male' end,
       (array['DE', 'GB', 'FR', 'US', 'IN', 'BR', 'NG', 'AU'])[1 + n % 8], now() - interval '1 year' * (n::float / :users),
       'g' || n % (:users / 100 + 1), 1, gen_random_uuid()
from generate_series(0, :users - 1) n;

insert into community.subscriptions (subscription_id, user_id, ordinal, plan_id, start_at, plan_description, source_version, run_id)
select 's' || n, 'u' || n, 0, (array['1234', '1235', '2234', '2235'])[1 + n % 4], now() - interval '1 year' * (n::float / :users),
       (array['CoreTechMonthly', 'CoreTechUpfront', 'CoreNoTechMonthly', 'CoreNoTechUpfront'])[1 + n % 4], 1, gen_random_uuid()
from generate_series(0, :users - 1) n;

insert into community.plans (plan_id, description, source_version, run_id)
values ('1234', 'CoreTechMonthly', 1, gen_random_uuid()), ('1235', 'CoreTechUpfront', 1, gen_random_uuid()),
       ('2234', 'CoreNoTechMonthly', 1, gen_random_uuid()), ('2235', 'CoreNoTechUpfront', 1, gen_random_uuid());

insert into community.invoices (subscription_id, ordinal, user_id, amount, currency, status, invoice_at, source_version, run_id)
select 's' || n % :users, n / :users, 'u' || n % :users, 30, 'GBP', 'settled', now() - interval '1 year' * random(), 1, gen_random_uuid()
from generate_series(0, 2 * :users - 1) n;

insert into community.messages (document_id, ordinal, user_id, group_id, message_at, message, source_version, run_id)
select 'd' || n % :users, n / :users, 'u' || n % :users, 'g' || n % (:users / 100 + 1), now() - interval '1 year' * random(), 'hello', 1,
       gen_random_uuid()
from generate_series(0, :messages - 1) n;

insert into ops.run (run_id, pipeline, route, cause, state, started_at, finished_at, node, read, inserted, unchanged)
select gen_random_uuid(), p.pipeline, p.route, case p.kind when 'stream' then 'stream' else 'schedule' end,
       case when extract(epoch from at)::bigint % 97 = 0 then 'failed' else 'succeeded' end, at, at + interval '2 seconds', 'bench', 100, 90, 10
from ops.pipeline p
cross join lateral generate_series(now() - make_interval(days => :days), now(),
    case p.kind when 'stream' then interval '1 minute' else interval '10 minutes' end) at
order by at;

insert into ops.load (run_id, pipeline, dataset, loaded_at, read, inserted, updated, unchanged, rejected)
select run_id, pipeline, pipeline || '.made', started_at, 100, 90, 0, 10, 0 from ops.run where node = 'bench'
order by started_at;

insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, share, threshold, failing_keys, says, checked_at)
select gen_random_uuid(), c.check_id, c.dataset, c.dimension, c.severity, 'passed', 1000, 0, 1, c.threshold, '{}', 'Nothing was found', at
from ops.quality_check c
cross join generate_series(now() - interval '30 days', now(), interval '10 minutes') at;

insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256, rejected_at)
select p.pipeline, gen_random_uuid(), n, 'MADE_UP', 'made for a measurement', p.pipeline || n, sha256((p.pipeline || n)::bytea),
       now() - make_interval(hours => n)
from ops.pipeline p cross join generate_series(1, 200) n;
