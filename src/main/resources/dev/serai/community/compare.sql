-- Compares documents of one collection with their rows in the tables, and notes what is not equal in the temporary table
-- suspect. Parameters: collection, ids of the documents, what the transform makes of those that are there.
with asked as materialized (
    select cast(? as text) as collection, unnest(cast(? as text[])) collate "C" as document_id
), record as materialized (
    select r.*
    from jsonb_to_recordset(cast(? as jsonb) -> 'records') as r(
        document_id text collate "C", "row" jsonb, subscriptions jsonb, invoices jsonb, messages jsonb)
    where r.document_id is not null
), source as (
    select 'community.users' as dataset, a.document_id, a.document_id as key,
           to_jsonb(jsonb_populate_record(null::community.users, r."row" || jsonb_build_object('user_id', a.document_id))) as content
    from asked a join record r using (document_id) where a.collection = 'users'
    union all
    select 'community.subscriptions', a.document_id, s ->> 'subscription_id',
           to_jsonb(jsonb_populate_record(null::community.subscriptions, s || jsonb_build_object('user_id', a.document_id)))
    from asked a join record r using (document_id), jsonb_array_elements(r.subscriptions) s
    union all
    select 'community.invoices', a.document_id, concat(i ->> 'subscription_id', ' ', i ->> 'ordinal'),
           to_jsonb(jsonb_populate_record(null::community.invoices, i || jsonb_build_object('user_id', a.document_id)))
    from asked a join record r using (document_id), jsonb_array_elements(r.invoices) i
    union all
    select 'community.groups', a.document_id, a.document_id,
           to_jsonb(jsonb_populate_record(null::community.groups, r."row" || jsonb_build_object('group_id', a.document_id)))
    from asked a join record r using (document_id) where a.collection = 'groups'
    union all
    select 'community.messages', a.document_id, concat(a.document_id, ' ', m ->> 'ordinal'),
           to_jsonb(jsonb_populate_record(null::community.messages, m || r."row" || jsonb_build_object('document_id', a.document_id)))
    from asked a join record r using (document_id), jsonb_array_elements(r.messages) m
), actual as (
    select 'community.users' as dataset, a.document_id, t.user_id as key, to_jsonb(t) as content
    from asked a join community.users t on t.user_id = a.document_id
    where a.collection = 'users' and t.deleted_at is null
    union all
    select 'community.subscriptions', a.document_id, t.subscription_id, to_jsonb(t)
    from asked a join community.subscriptions t on t.user_id = a.document_id
    where a.collection = 'users' and t.deleted_at is null
    union all
    select 'community.invoices', a.document_id, concat(t.subscription_id, ' ', t.ordinal), to_jsonb(t)
    from asked a
    join community.subscriptions s on s.user_id = a.document_id
    join community.invoices t on t.subscription_id = s.subscription_id
    where a.collection = 'users' and t.deleted_at is null
    union all
    select 'community.groups', a.document_id, t.group_id, to_jsonb(t)
    from asked a join community.groups t on t.group_id = a.document_id
    where a.collection = 'groups' and t.deleted_at is null
    union all
    select 'community.messages', a.document_id, concat(t.document_id, ' ', t.ordinal), to_jsonb(t)
    from asked a join community.messages t on t.document_id = a.document_id
    where a.collection = 'messages' and t.deleted_at is null
), both_sides as (
    select coalesce(s.dataset, t.dataset) as dataset, coalesce(s.document_id, t.document_id) as document_id,
           coalesce(s.key, t.key) as key,
           s.content - history.columns as source, t.content - history.columns as actual
    from source s
    full join actual t on t.dataset = s.dataset and t.key collate "C" = s.key collate "C"
    cross join (select array['source_version', 'first_seen_at', 'changed_at', 'deleted_at', 'run_id', 'raw_object'] as columns) history
), noted as (
    insert into suspect (collection, document_id, dataset, kind, key, source, actual)
    select (select min(collection) from asked), document_id, dataset,
           case when actual is null then 'missing' when source is null then 'extra' else 'different' end,
           key, pg_temp.excerpt(source, actual), pg_temp.excerpt(actual, source)
    from both_sides
    where source is distinct from actual
    returning 1
)
select dataset, count(*) from source group by dataset
