-- The community: documents of MongoDB as flat tables. Nothing is ever deleted physically; deleted_at says what is gone.
-- Foreign keys are columns, not constraints: a message may arrive before its user, and a user may be deleted before it.

create schema community;
comment on schema community is 'Users, subscriptions, plans, invoices, groups and messages of the community, from MongoDB';

-- One form for every _id, so that values of different types never meet: an ObjectId as its 24 hexadecimal digits, a text
-- with ' before it, a whole number with #, bytes with *, anything else with ~ and its Extended JSON. Compared byte by byte
-- ("C"), their order is that of MongoDB for ObjectIds, texts, whole numbers and bytes.
create table community.document (
    collection     text not null,
    document_id    text collate "C" not null,
    source_version bigint not null,
    content_hash   bytea not null,
    rejected       boolean not null default false,
    extra          jsonb,
    first_seen_at  timestamptz not null default now(),
    changed_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    run_id         uuid not null,
    raw_object     text,
    primary key (collection, document_id)
);
comment on table community.document is 'One row per document of the source that was ever seen, by collection and _id: what of it is loaded';
comment on column community.document.collection is 'Collection: users, groups, messages';
comment on column community.document.document_id is 'Its _id: the hexadecimal digits of an ObjectId; other types begin with a sign of their own: '' text, # number, * bytes, ~ anything else';
comment on column community.document.source_version is 'When the newest loaded state of it was read, microseconds since 1970, never going back; a load replaces only what is older';
comment on column community.document.content_hash is 'First half of the SHA-256 over its BSON bytes, ids that the source makes anew at every write left out';
comment on column community.document.rejected is 'Whether this state of it is in the dead letter: its rows are then those of the last good state';
comment on column community.document.extra is 'What of it is in no row of a table: of messages, latestMessageDate and fields nobody knows';
comment on column community.document.first_seen_at is 'When it was first loaded';
comment on column community.document.changed_at is 'When a load last found it changed, deleted or back';
comment on column community.document.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.document.run_id is 'Run that changed it last';
comment on column community.document.raw_object is 'Landed object its newest loaded state is in';

create table community.users (
    user_id        text collate "C" primary key,
    first_name     text,
    last_name      text,
    age            integer,
    gender         text,
    country        text,
    post_code      text,
    sign_up_at     timestamptz,
    group_id       text collate "C",
    extra          jsonb,
    source_version bigint not null,
    first_seen_at  timestamptz not null default now(),
    changed_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    run_id         uuid not null,
    raw_object     text
);
create index users_by_sign_up on community.users (sign_up_at);
comment on table community.users is 'One row per user, by the _id of the document';
comment on column community.users.user_id is 'Key: _id of the document';
comment on column community.users.first_name is 'First name';
comment on column community.users.last_name is 'Last name';
comment on column community.users.age is 'Age in years';
comment on column community.users.gender is 'Gender as the source gives it: Male, Female; NULL where it gives none';
comment on column community.users.country is 'Country, ISO 3166 alpha-2; the only sign of a region';
comment on column community.users.post_code is 'Postal code, British in form whatever the country';
comment on column community.users.sign_up_at is 'When the user signed up, in the time of the source';
comment on column community.users.group_id is 'Group the user is in, see community.groups; NULL while in none';
comment on column community.users.extra is 'Fields that no column knows, as JSON; see community.drift';
comment on column community.users.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.users.first_seen_at is 'When the row was first stored';
comment on column community.users.changed_at is 'When a load last changed the row';
comment on column community.users.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.users.run_id is 'Run that wrote the row last';
comment on column community.users.raw_object is 'Landed object the row was written from last';

create table community.subscriptions (
    subscription_id  text collate "C" primary key,
    user_id          text collate "C" not null,
    ordinal          integer not null,
    source_id        text collate "C",
    plan_id          text collate "C",
    start_at         timestamptz,
    plan_description text,
    plan_cost        numeric,
    currency         text,
    plan_length      integer,
    plan_length_unit text,
    payment_type     text,
    extra            jsonb,
    source_version   bigint not null,
    first_seen_at    timestamptz not null default now(),
    changed_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    run_id           uuid not null,
    raw_object       text
);
create index subscriptions_by_user on community.subscriptions (user_id);
create index subscriptions_by_plan on community.subscriptions (plan_id, start_at, subscription_id) where deleted_at is null;
comment on table community.subscriptions is 'One row per subscription, by its subscriptionID, with the plan as the user''s document states it';
comment on column community.subscriptions.subscription_id is 'Key: subscriptionID';
comment on column community.subscriptions.user_id is 'User whose document holds it, see community.users';
comment on column community.subscriptions.ordinal is 'Place among the subscriptions of the user, from 0';
comment on column community.subscriptions.source_id is 'The _id beside the subscriptionID; nothing refers to it';
comment on column community.subscriptions.plan_id is 'Plan, see community.plans';
comment on column community.subscriptions.start_at is 'When it starts, in the time of the source';
comment on column community.subscriptions.plan_description is 'Name of the plan, as of this subscription';
comment on column community.subscriptions.plan_cost is 'Price of the plan, in currency, as of this subscription';
comment on column community.subscriptions.currency is 'Currency, ISO 4217';
comment on column community.subscriptions.plan_length is 'Length of the plan, in plan_length_unit';
comment on column community.subscriptions.plan_length_unit is 'Unit of plan_length: months';
comment on column community.subscriptions.payment_type is 'How it is paid: repeat, upfront';
comment on column community.subscriptions.extra is 'Fields that no column knows, as JSON; see community.drift';
comment on column community.subscriptions.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.subscriptions.first_seen_at is 'When the row was first stored';
comment on column community.subscriptions.changed_at is 'When a load last changed the row';
comment on column community.subscriptions.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.subscriptions.run_id is 'Run that wrote the row last';
comment on column community.subscriptions.raw_object is 'Landed object the row was written from last';

create table community.plans (
    plan_id         text collate "C" primary key,
    description     text,
    cost            numeric,
    currency        text,
    length          integer,
    length_unit     text,
    payment_type    text,
    subscription_id text collate "C",
    source_version  bigint not null,
    first_seen_at   timestamptz not null default now(),
    changed_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    run_id          uuid not null,
    raw_object      text
);
comment on table community.plans is 'One row per plan, by its planID, as the subscription that started last states it; gone when no subscription has it';
comment on column community.plans.plan_id is 'Key: planID';
comment on column community.plans.description is 'Name, such as CoreTechMonthly';
comment on column community.plans.cost is 'Price in currency';
comment on column community.plans.currency is 'Currency, ISO 4217';
comment on column community.plans.length is 'Length in length_unit';
comment on column community.plans.length_unit is 'Unit of length: months';
comment on column community.plans.payment_type is 'How it is paid: repeat, upfront';
comment on column community.plans.subscription_id is 'Subscription that the plan is taken from: the one that started last, of several the one with the last key';
comment on column community.plans.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.plans.first_seen_at is 'When the row was first stored';
comment on column community.plans.changed_at is 'When a load last changed the row';
comment on column community.plans.deleted_at is 'When the last subscription with it went; NULL while there is one';
comment on column community.plans.run_id is 'Run that wrote the row last';
comment on column community.plans.raw_object is 'Landed object the row was written from last';

create table community.invoices (
    subscription_id text collate "C" not null,
    ordinal         integer not null,
    user_id         text collate "C" not null,
    amount          numeric,
    currency        text,
    status          text,
    invoice_at      timestamptz,
    extra           jsonb,
    source_version  bigint not null,
    first_seen_at   timestamptz not null default now(),
    changed_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    run_id          uuid not null,
    raw_object      text,
    primary key (subscription_id, ordinal)
);
comment on table community.invoices is 'One row per invoice, by subscription and place, because the source gives every invoice a new _id at every write';
comment on column community.invoices.subscription_id is 'Key: subscription, see community.subscriptions';
comment on column community.invoices.ordinal is 'Key: place among the invoices of the subscription, from 0';
comment on column community.invoices.user_id is 'User whose document holds it, see community.users';
comment on column community.invoices.amount is 'Amount in currency';
comment on column community.invoices.currency is 'Currency, ISO 4217';
comment on column community.invoices.status is 'State as the source gives it, such as settled';
comment on column community.invoices.invoice_at is 'Date of the invoice, in the time of the source; the first of a repeated payment carries the day of the sign-up';
comment on column community.invoices.extra is 'Fields that no column knows, as JSON; see community.drift';
comment on column community.invoices.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.invoices.first_seen_at is 'When the row was first stored';
comment on column community.invoices.changed_at is 'When a load last changed the row';
comment on column community.invoices.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.invoices.run_id is 'Run that wrote the row last';
comment on column community.invoices.raw_object is 'Landed object the row was written from last';

create table community.groups (
    group_id       text collate "C" primary key,
    start_at       timestamptz,
    health_coach   text,
    extra          jsonb,
    source_version bigint not null,
    first_seen_at  timestamptz not null default now(),
    changed_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    run_id         uuid not null,
    raw_object     text
);
comment on table community.groups is 'One row per group, by the _id of the document';
comment on column community.groups.group_id is 'Key: _id of the document';
comment on column community.groups.start_at is 'When the group starts, in the time of the source';
comment on column community.groups.health_coach is 'Name of its coach';
comment on column community.groups.extra is 'Fields that no column knows, as JSON; see community.drift';
comment on column community.groups.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.groups.first_seen_at is 'When the row was first stored';
comment on column community.groups.changed_at is 'When a load last changed the row';
comment on column community.groups.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.groups.run_id is 'Run that wrote the row last';
comment on column community.groups.raw_object is 'Landed object the row was written from last';

create table community.messages (
    document_id    text collate "C" not null,
    ordinal        integer not null,
    user_id        text collate "C",
    group_id       text collate "C",
    message_at     timestamptz,
    message        text,
    extra          jsonb,
    source_version bigint not null,
    first_seen_at  timestamptz not null default now(),
    changed_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    run_id         uuid not null,
    raw_object     text,
    primary key (document_id, ordinal)
);
comment on table community.messages is 'One row per message, by document and place, because a message has no id of its own';
comment on column community.messages.document_id is 'Key: _id of the document that holds the messages of a user in a group; there may be several for a pair';
comment on column community.messages.ordinal is 'Key: place among the messages of the document, from 0';
comment on column community.messages.user_id is 'Who wrote it, see community.users';
comment on column community.messages.group_id is 'Where, see community.groups';
comment on column community.messages.message_at is 'When it was written, in the time of the source; may lie ahead by months';
comment on column community.messages.message is 'What was written';
comment on column community.messages.extra is 'Fields that no column knows, as JSON; see community.drift';
comment on column community.messages.source_version is 'When the state was read that changed the row last, microseconds since 1970';
comment on column community.messages.first_seen_at is 'When the row was first stored';
comment on column community.messages.changed_at is 'When a load last changed the row';
comment on column community.messages.deleted_at is 'When it was found to be gone from the source; NULL while it is there';
comment on column community.messages.run_id is 'Run that wrote the row last';
comment on column community.messages.raw_object is 'Landed object the row was written from last';

create table community.drift (
    collection    text not null,
    path          text not null,
    type          text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    example       text not null,
    count         bigint not null,
    primary key (collection, path, type)
);
comment on table community.drift is 'One row per field that no column knows, and type; its values are in the columns named extra';
comment on column community.drift.collection is 'Collection';
comment on column community.drift.path is 'Field: names joined by dots, places in arrays left out';
comment on column community.drift.type is 'Type in the words of MongoDB: string, int, long, double, decimal, bool, date, objectId, object, array, null, …';
comment on column community.drift.first_seen_at is 'When a load first found it';
comment on column community.drift.last_seen_at is 'When a load last found it in a document that had changed';
comment on column community.drift.example is 'One value, as JSON, cut to 200 characters';
comment on column community.drift.count is 'How often it was found in documents that had changed';

-- What "now" is: a source in scaled time is ahead of the clock on the wall, or behind it.
create table community.clock (
    only_row boolean primary key default true check (only_row),
    mode     text not null check (mode in ('source', 'wall'))
);
insert into community.clock (mode) values ('source');
comment on table community.clock is 'What "now" means for the community, in one row; written at every start from the setting community.clock';
comment on column community.clock.only_row is 'Always true: there is one row';
comment on column community.clock.mode is 'source: the newest sign-up; wall: the clock';

create function community.now() returns timestamptz language sql stable as $$
    select case when (select mode from community.clock) = 'source'
                then coalesce((select max(sign_up_at) from community.users where deleted_at is null), pg_catalog.now())
                else pg_catalog.now() end
$$;
comment on function community.now is 'Now: in mode source the newest sign-up (the clock as long as nobody has signed up), in mode wall the clock';

grant usage on schema community to "${serai.reader}";
grant select on all tables in schema community to "${serai.reader}";
alter default privileges in schema community grant select on tables to "${serai.reader}";
