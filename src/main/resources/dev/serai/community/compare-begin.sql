-- What one comparison keeps while it lasts.
create temp table seen (
    collection text, document_id text collate "C", primary key (collection, document_id));
create temp table suspect (
    collection text, document_id text, dataset text, kind text, key text, source text, actual text);
-- one side of two rows, only what differs, or all if there is only one
create function pg_temp.excerpt(one jsonb, other jsonb) returns text language sql as $$
    select left(cast(jsonb_object_agg(c.key, c.value) as text), 200)
    from jsonb_each(one) c
    where other is null or c.value is distinct from other -> c.key
$$
