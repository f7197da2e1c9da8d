-- Declared records into their table, keyed as their declaration says: a record delivered again changes the row only if
-- something is different. {columns} and {key} are put in from the declaration, {stored} and {excluded} are those columns
-- of the row that is there and of the one that comes.
-- Also writes: ops.watermark, how far the source has been read, where the declaration names a watermark.
with incoming as (
    -- one row per key, the later one of a batch, because a statement may touch a row only once; in the order of the key,
    -- because everybody has to lock in the same order
    select distinct on ({key}) {columns}
    from jsonb_populate_recordset(cast(null as {dataset}), cast(:?rows as jsonb)) with ordinality
    order by {key}, ordinality desc
), stored as (
    insert into {dataset} as p ({columns}, run_id, raw_object)
    select {columns}, cast(:?run_id as uuid), cast(:?raw_object as text)
    from incoming
    on conflict ({key}) do update set
        ({columns}, changed_at, run_id, raw_object) = row ({excluded}, now(), excluded.run_id, excluded.raw_object)
    where ({stored}) is distinct from ({excluded})
      -- an object that was landed earlier and is loaded late does not undo what a later one said
      and (p.raw_object is null or excluded.raw_object is null or p.raw_object <= excluded.raw_object collate "C")
    returning (xmax = 0) as inserted -- xmax is 0 for a new row, the replaced version's transaction otherwise
), reached as (
    insert into ops.watermark as w (pipeline, name, value)
    select cast(:?pipeline as text), 'source', cast(:?watermark as text)
    where cast(:?watermark as text) <> ''
    on conflict (pipeline, name) do update set value = greatest(w.value collate "C", excluded.value), updated_at = now()
)
select *
from ops.record_load(
    pipeline => cast(:?pipeline as text), dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from stored where inserted),
    updated => (select count(*) from stored where not inserted),
    rejected => cast(:?rejected as jsonb),
    replayed => cast(:?replayed as bigint[]))
