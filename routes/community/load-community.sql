-- Documents of the community into their tables, each with its family: a user with subscriptions and invoices, a group, the
-- messages of a document. A state that is older than the known one changes nothing, and neither does the same one again, so
-- objects may be loaded in any order and any number of times.
--
-- Loads go one after the other: the statement sees all that the ones before it have done.
do $$ begin perform pg_advisory_xact_lock(hashtext('community load')); end $$;
with given as materialized (
    select cast(:?rows as jsonb) as batch
), record as materialized (
    -- of several states of a document in one object the newest; those that are rejected come without rows
    select distinct on (collection, document_id) *
    from (
        select r.*, false as rejected
        from given, jsonb_to_recordset(batch -> 'records') as r(
            collection text, document_id text collate "C", source_version bigint, content_hash text, deleted boolean, position integer,
            extra jsonb, "row" jsonb, subscriptions jsonb, invoices jsonb, messages jsonb, drift jsonb)
        where r.collection is not null
        union all
        select r.*, true
        from given, jsonb_to_recordset(batch -> 'waiting') as r(
            collection text, document_id text collate "C", source_version bigint, content_hash text, deleted boolean, position integer,
            extra jsonb, "row" jsonb, subscriptions jsonb, invoices jsonb, messages jsonb, drift jsonb)
    ) states
    order by collection, document_id, source_version desc, position desc
), verdict as materialized (
    select r.*, decode(r.content_hash, 'hex') as hash, k.document_id is null as is_new,
           k.document_id is null or (k.deleted_at is not null) <> r.deleted
               or not r.deleted and (k.rejected <> r.rejected or k.content_hash <> decode(r.content_hash, 'hex')) as is_changed
    from record r
    left join community.document k on k.collection = r.collection and k.document_id = r.document_id
    left join ops.watermark swept on swept.pipeline = 'community' and swept.name = r.collection || ' swept'
    where (k.source_version is null or k.source_version <= r.source_version)
      -- what was read before the last whole sweep is older than what that sweep saw, even where it found no change
      and (cast(:?replayed as bigint[]) is not null
           or r.source_version >= coalesce(cast(left(swept.value, 20) as bigint), 0))
), refused as (
    -- not those that are in the dead letter with this very state: it was landed again before its first load was done
    select coalesce(jsonb_agg(r.letter), '[]') as letters
    from given, jsonb_array_elements(cast(:?rejected as jsonb)) as r(letter)
    where cast(:?replayed as bigint[]) is not null or not exists (
        select
        from jsonb_to_recordset(batch -> 'waiting') as w(
            collection text, document_id text collate "C", content_hash text, position integer)
        join community.document k on k.collection = w.collection and k.document_id = w.document_id
        where w.position = cast(r.letter ->> 'position' as integer) and k.rejected and k.deleted_at is null
          and k.content_hash = decode(w.content_hash, 'hex'))
), new_document as (
    -- one that is gone and was never seen is kept in mind as well: an older state of it may still come
    insert into {dataset} as d (
        collection, document_id, source_version, content_hash, rejected, extra, deleted_at, run_id, raw_object)
    select collection, document_id, source_version, coalesce(hash, ''), rejected, extra, case when deleted then now() end,
           cast(:?run_id as uuid), cast(:?raw_object as text)
    from verdict
    where is_new
), known_document as (
    update community.document d
    set source_version = v.source_version,
        content_hash = coalesce(v.hash, d.content_hash),
        rejected = v.rejected,
        extra = case when v.deleted or v.rejected then d.extra else v.extra end,
        deleted_at = case when v.deleted then coalesce(d.deleted_at, now()) end,
        changed_at = case when v.is_changed then now() else d.changed_at end,
        run_id = case when v.is_changed then cast(:?run_id as uuid) else d.run_id end,
        raw_object = case when v.is_changed then cast(:?raw_object as text) else d.raw_object end
    from verdict v
    where not v.is_new and d.collection = v.collection and d.document_id = v.document_id
), loaded as materialized (
    select collection, document_id, source_version, is_new, deleted,
           "row", subscriptions, invoices, messages, drift
    from verdict
    where is_changed and not rejected

), stored_user as (
    insert into community.users as t (
        user_id, first_name, last_name, age, gender, country, post_code, sign_up_at, group_id, extra,
        source_version, run_id, raw_object)
    select l.document_id, u.*, l.source_version, cast(:?run_id as uuid), cast(:?raw_object as text)
    from loaded l, jsonb_to_record(l."row") as u(
        first_name text, last_name text, age integer, gender text, country text, post_code text, sign_up_at timestamptz,
        group_id text, extra jsonb)
    where l.collection = 'users' and not l.deleted
    on conflict (user_id) do update set
        first_name = excluded.first_name, last_name = excluded.last_name, age = excluded.age, gender = excluded.gender,
        country = excluded.country, post_code = excluded.post_code, sign_up_at = excluded.sign_up_at,
        group_id = excluded.group_id, extra = excluded.extra, source_version = excluded.source_version,
        changed_at = now(), deleted_at = null, run_id = excluded.run_id, raw_object = excluded.raw_object
    where (t.first_name, t.last_name, t.age, t.gender, t.country, t.post_code, t.sign_up_at, t.group_id, t.extra, t.deleted_at)
          is distinct from
          (excluded.first_name, excluded.last_name, excluded.age, excluded.gender, excluded.country, excluded.post_code,
           excluded.sign_up_at, excluded.group_id, excluded.extra, null)
), gone_user as (
    update community.users t
    set deleted_at = now(), changed_at = now(), source_version = l.source_version,
        run_id = cast(:?run_id as uuid), raw_object = cast(:?raw_object as text)
    from loaded l
    where l.collection = 'users' and l.deleted and t.user_id = l.document_id and t.deleted_at is null

), stored_group as (
    insert into community.groups as t (group_id, start_at, health_coach, extra, source_version, run_id, raw_object)
    select l.document_id, g.*, l.source_version, cast(:?run_id as uuid), cast(:?raw_object as text)
    from loaded l, jsonb_to_record(l."row") as g(start_at timestamptz, health_coach text, extra jsonb)
    where l.collection = 'groups' and not l.deleted
    on conflict (group_id) do update set
        start_at = excluded.start_at, health_coach = excluded.health_coach, extra = excluded.extra,
        source_version = excluded.source_version, changed_at = now(), deleted_at = null,
        run_id = excluded.run_id, raw_object = excluded.raw_object
    where (t.start_at, t.health_coach, t.extra, t.deleted_at)
          is distinct from (excluded.start_at, excluded.health_coach, excluded.extra, null)
), gone_group as (
    update community.groups t
    set deleted_at = now(), changed_at = now(), source_version = l.source_version,
        run_id = cast(:?run_id as uuid), raw_object = cast(:?raw_object as text)
    from loaded l
    where l.collection = 'groups' and l.deleted and t.group_id = l.document_id and t.deleted_at is null

), given_subscription as materialized (
    -- two users that claim the same subscription: the state that was read last has it
    select distinct on (s.subscription_id) l.document_id as user_id, l.source_version, s.*
    from loaded l, jsonb_to_recordset(l.subscriptions) as s(
        subscription_id text collate "C", ordinal integer, source_id text, plan_id text collate "C", start_at timestamptz, plan_description text,
        plan_cost numeric, currency text, plan_length integer, plan_length_unit text, payment_type text, extra jsonb)
    where l.collection = 'users' and not l.deleted
    order by s.subscription_id, l.source_version desc, l.document_id, s.ordinal
), plan_before as materialized (
    select s.plan_id
    from loaded l join community.subscriptions s on s.user_id = l.document_id
    where l.collection = 'users' and not l.is_new
    union
    select s.plan_id
    from given_subscription g join community.subscriptions s using (subscription_id)
), stored_subscription as (
    insert into community.subscriptions as t (
        user_id, source_version, subscription_id, ordinal, source_id, plan_id, start_at, plan_description, plan_cost,
        currency, plan_length, plan_length_unit, payment_type, extra, run_id, raw_object)
    select s.*, cast(:?run_id as uuid), cast(:?raw_object as text)
    from given_subscription s
    on conflict (subscription_id) do update set
        user_id = excluded.user_id, ordinal = excluded.ordinal, source_id = excluded.source_id,
        plan_id = excluded.plan_id, start_at = excluded.start_at, plan_description = excluded.plan_description,
        plan_cost = excluded.plan_cost, currency = excluded.currency, plan_length = excluded.plan_length,
        plan_length_unit = excluded.plan_length_unit, payment_type = excluded.payment_type, extra = excluded.extra,
        source_version = excluded.source_version, changed_at = now(), deleted_at = null,
        run_id = excluded.run_id, raw_object = excluded.raw_object
    where (t.user_id, t.ordinal, t.source_id, t.plan_id, t.start_at, t.plan_description, t.plan_cost, t.currency,
           t.plan_length, t.plan_length_unit, t.payment_type, t.extra, t.deleted_at)
          is distinct from
          (excluded.user_id, excluded.ordinal, excluded.source_id, excluded.plan_id, excluded.start_at,
           excluded.plan_description, excluded.plan_cost, excluded.currency, excluded.plan_length,
           excluded.plan_length_unit, excluded.payment_type, excluded.extra, null)
    returning 1
), gone_subscription as (
    update community.subscriptions t
    set deleted_at = now(), changed_at = now(), source_version = l.source_version,
        run_id = cast(:?run_id as uuid), raw_object = cast(:?raw_object as text)
    from loaded l
    where l.collection = 'users' and not l.is_new and t.user_id = l.document_id and t.deleted_at is null
      and not exists (select from given_subscription s where s.subscription_id = t.subscription_id)
    returning 1

), given_invoice as materialized (
    select distinct on (i.subscription_id, i.ordinal) l.document_id as user_id, l.source_version, l.is_new, i.*
    from loaded l, jsonb_to_recordset(l.invoices) as i(
        subscription_id text collate "C", ordinal integer, amount numeric, currency text, status text, invoice_at timestamptz,
        extra jsonb)
    where l.collection = 'users' and not l.deleted
    order by i.subscription_id, i.ordinal, l.source_version desc, l.document_id
), stored_invoice as (
    insert into community.invoices as t (
        user_id, source_version, subscription_id, ordinal, amount, currency, status, invoice_at, extra, run_id, raw_object)
    select i.user_id, i.source_version, i.subscription_id, i.ordinal, i.amount, i.currency, i.status, i.invoice_at, i.extra,
           cast(:?run_id as uuid), cast(:?raw_object as text)
    from given_invoice i
    -- asked row by row, because a conflict would lock and so write every row that is as it was
    where i.is_new or (
        select (k.user_id, k.amount, k.currency, k.status, k.invoice_at, k.extra, k.deleted_at)
               is not distinct from
               (i.user_id, i.amount, i.currency, i.status, i.invoice_at, i.extra, null)
        from community.invoices k
        where k.subscription_id = i.subscription_id and k.ordinal = i.ordinal) is not true
    on conflict (subscription_id, ordinal) do update set
        user_id = excluded.user_id, amount = excluded.amount, currency = excluded.currency, status = excluded.status,
        invoice_at = excluded.invoice_at, extra = excluded.extra, source_version = excluded.source_version,
        changed_at = now(), deleted_at = null, run_id = excluded.run_id, raw_object = excluded.raw_object
), gone_invoice as (
    update community.invoices t
    set deleted_at = now(), changed_at = now(), source_version = l.source_version,
        run_id = cast(:?run_id as uuid), raw_object = cast(:?raw_object as text)
    from loaded l join community.subscriptions s on s.user_id = l.document_id
    where l.collection = 'users' and not l.is_new
      and t.subscription_id = s.subscription_id and t.deleted_at is null
      and not exists (
          select from given_invoice i where i.subscription_id = t.subscription_id and i.ordinal = t.ordinal)

), stored_message as (
    insert into community.messages as t (
        document_id, ordinal, user_id, group_id, message_at, message, extra, source_version, run_id, raw_object)
    select l.document_id, m.ordinal, l."row" ->> 'user_id', l."row" ->> 'group_id', m.message_at, m.message, m.extra,
           l.source_version, cast(:?run_id as uuid), cast(:?raw_object as text)
    from loaded l, jsonb_to_recordset(l.messages) as m(
        ordinal integer, message_at timestamptz, message text, extra jsonb)
    where l.collection = 'messages' and not l.deleted
      and (l.is_new or (
        select (k.user_id, k.group_id, k.message_at, k.message, k.extra, k.deleted_at)
               is not distinct from
               (l."row" ->> 'user_id', l."row" ->> 'group_id', m.message_at, m.message, m.extra, null)
        from community.messages k
        where k.document_id = l.document_id and k.ordinal = m.ordinal) is not true)
    on conflict (document_id, ordinal) do update set
        user_id = excluded.user_id, group_id = excluded.group_id, message_at = excluded.message_at,
        message = excluded.message, extra = excluded.extra, source_version = excluded.source_version,
        changed_at = now(), deleted_at = null, run_id = excluded.run_id, raw_object = excluded.raw_object
), gone_message as (
    update community.messages t
    set deleted_at = now(), changed_at = now(), source_version = l.source_version,
        run_id = cast(:?run_id as uuid), raw_object = cast(:?raw_object as text)
    from loaded l
    where l.collection = 'messages' and not l.is_new and t.document_id = l.document_id and t.deleted_at is null
      and (l.deleted or t.ordinal >= jsonb_array_length(l.messages))

), drifted as (
    insert into community.drift as t (collection, path, type, example, count)
    select l.collection, d.path, d.type, min(d.example), count(*)
    from loaded l, jsonb_to_recordset(l.drift) as d(path text, type text, example text)
    group by 1, 2, 3
    on conflict (collection, path, type) do update set
        last_seen_at = now(), count = t.count + excluded.count
), moved as (
    insert into ops.watermark as w (pipeline, name, value)
    select 'community', p.name, max(p.value collate "C")
    from given, jsonb_to_recordset(batch -> 'progress') as p(name text, value text)
    group by p.name
    on conflict (pipeline, name) do update set value = excluded.value, updated_at = now()
    where w.value collate "C" < excluded.value collate "C"
)
select *
from community.settle_plans(
    plan_ids => array(select plan_id from plan_before union select plan_id from given_subscription),
    changed => (select count(*) from stored_subscription) + (select count(*) from gone_subscription),
    run_id => cast(:?run_id as uuid)) as plans_changed,
ops.record_load(
    pipeline => 'community', dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from verdict where is_new and not rejected and not deleted),
    updated => (select count(*) from verdict where is_changed and not is_new and not rejected),
    rejected => (select letters from refused),
    replayed => cast(:?replayed as bigint[]))
