-- Users into users.profile, keyed on uid: a user delivered again changes the row only if something is different.
with incoming as (
    -- one row per uid, the later one of a response, because a statement may touch a row only once
    select distinct on (uid) *
    from jsonb_to_recordset(cast(:?rows as jsonb)) as r(
        position integer, uid uuid, source_id integer, first_name text, last_name text, username text, email text,
        gender text, date_of_birth date, phone_number text, avatar_url text, job_title text, key_skill text,
        street_name text, street_address text, city text, state text, zip_code text, country text,
        latitude double precision, longitude double precision,
        subscription_plan text, subscription_status text, payment_method text, subscription_term text)
    order by uid, position desc
), stored as (
    insert into {dataset} as p (
        uid, source_id, first_name, last_name, username, email, gender, date_of_birth, phone_number, avatar_url,
        job_title, key_skill, street_name, street_address, city, state, zip_code, country, latitude, longitude,
        subscription_plan, subscription_status, payment_method, subscription_term, run_id, raw_object)
    select
        uid, source_id, first_name, last_name, username, email, gender, date_of_birth, phone_number, avatar_url,
        job_title, key_skill, street_name, street_address, city, state, zip_code, country, latitude, longitude,
        subscription_plan, subscription_status, payment_method, subscription_term,
        cast(:?run_id as uuid), cast(:?raw_object as text)
    from incoming
    on conflict (uid) do update set
        source_id = excluded.source_id, first_name = excluded.first_name, last_name = excluded.last_name,
        username = excluded.username, email = excluded.email, gender = excluded.gender,
        date_of_birth = excluded.date_of_birth, phone_number = excluded.phone_number, avatar_url = excluded.avatar_url,
        job_title = excluded.job_title, key_skill = excluded.key_skill, street_name = excluded.street_name,
        street_address = excluded.street_address, city = excluded.city, state = excluded.state,
        zip_code = excluded.zip_code, country = excluded.country, latitude = excluded.latitude,
        longitude = excluded.longitude, subscription_plan = excluded.subscription_plan,
        subscription_status = excluded.subscription_status, payment_method = excluded.payment_method,
        subscription_term = excluded.subscription_term,
        changed_at = now(), run_id = excluded.run_id, raw_object = excluded.raw_object
    where (p.source_id, p.first_name, p.last_name, p.username, p.email, p.gender, p.date_of_birth, p.phone_number,
           p.avatar_url, p.job_title, p.key_skill, p.street_name, p.street_address, p.city, p.state, p.zip_code,
           p.country, p.latitude, p.longitude, p.subscription_plan, p.subscription_status, p.payment_method,
           p.subscription_term)
          is distinct from
          (excluded.source_id, excluded.first_name, excluded.last_name, excluded.username, excluded.email,
           excluded.gender, excluded.date_of_birth, excluded.phone_number, excluded.avatar_url, excluded.job_title,
           excluded.key_skill, excluded.street_name, excluded.street_address, excluded.city, excluded.state,
           excluded.zip_code, excluded.country, excluded.latitude, excluded.longitude, excluded.subscription_plan,
           excluded.subscription_status, excluded.payment_method, excluded.subscription_term)
    returning (xmax = 0) as inserted -- xmax is 0 for a new row, the replaced version's transaction otherwise
)
select *
from ops.record_load(
    pipeline => 'users', dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from stored where inserted),
    updated => (select count(*) from stored where not inserted),
    rejected => cast(:?rejected as jsonb),
    replayed => cast(:?replayed as bigint[]))
