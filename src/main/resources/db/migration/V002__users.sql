create schema users;
comment on schema users is 'People who signed up, from random-data-api';

create table users.profile (
    uid                 uuid primary key,
    source_id           integer,
    first_name          text,
    last_name           text,
    username            text,
    email               text,
    gender              text,
    date_of_birth       date,
    phone_number        text,
    avatar_url          text,
    job_title           text,
    key_skill           text,
    street_name         text,
    street_address      text,
    city                text,
    state               text,
    zip_code            text,
    country             text,
    latitude            double precision,
    longitude           double precision,
    subscription_plan   text,
    subscription_status text,
    payment_method      text,
    subscription_term   text,
    ingested_at         timestamptz not null default now(),
    changed_at          timestamptz not null default now(),
    run_id              uuid not null,
    raw_object          text
);
create index profile_by_ingestion on users.profile (ingested_at desc);
comment on table users.profile is 'One row per user, by uid';
comment on column users.profile.uid is 'Key: the only identifier of the source that is unique';
comment on column users.profile.source_id is 'The id of the source: random, not unique, 0 to 9999';
comment on column users.profile.first_name is 'First name';
comment on column users.profile.last_name is 'Last name';
comment on column users.profile.username is 'Login name';
comment on column users.profile.email is 'E-mail address';
comment on column users.profile.gender is 'Gender as the source gives it, eight values';
comment on column users.profile.date_of_birth is 'Date of birth';
comment on column users.profile.phone_number is 'Phone number as the source writes it';
comment on column users.profile.avatar_url is 'Address of a picture';
comment on column users.profile.job_title is 'Employment: title';
comment on column users.profile.key_skill is 'Employment: key skill';
comment on column users.profile.street_name is 'Address: street';
comment on column users.profile.street_address is 'Address: house number and street';
comment on column users.profile.city is 'Address: city';
comment on column users.profile.state is 'Address: state';
comment on column users.profile.zip_code is 'Address: postal code, text because of leading zeros';
comment on column users.profile.country is 'Address: country';
comment on column users.profile.latitude is 'Reported position, degrees north; random in the source, unrelated to the address';
comment on column users.profile.longitude is 'Reported position, degrees east; random in the source, unrelated to the address';
comment on column users.profile.subscription_plan is 'Subscription: plan';
comment on column users.profile.subscription_status is 'Subscription: status';
comment on column users.profile.payment_method is 'Subscription: how it is paid';
comment on column users.profile.subscription_term is 'Subscription: term';
comment on column users.profile.ingested_at is 'When the user was first stored';
comment on column users.profile.changed_at is 'When a delivery last changed the row';
comment on column users.profile.run_id is 'Run that wrote the row last';
comment on column users.profile.raw_object is 'Landed object the row was written from last';

create unlogged table rebuild.users_profile (like users.profile including all);
comment on table rebuild.users_profile is 'users.profile as the last rebuild loaded it';

grant usage on schema users to "${serai.reader}";
grant select on all tables in schema users to "${serai.reader}";
alter default privileges in schema users grant select on tables to "${serai.reader}";
