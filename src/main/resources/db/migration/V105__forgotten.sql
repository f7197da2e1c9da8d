-- Who has been erased, so that they can be erased again after an older backup was restored. Not who they are.

create table ops.forgotten (
    digest       text primary key check (digest ~ '^[0-9a-f]{64}$'),
    forgotten_at timestamptz not null default clock_timestamp()
);
comment on table ops.forgotten is 'One row per person who was erased; the same list is in the landing''s buckets, below forgotten/';
comment on column ops.forgotten.digest is 'SHA-256 of the id in lower case, in hexadecimal: enough to recognise the person in a restored backup';
comment on column ops.forgotten.forgotten_at is 'When the list first had the person, or had them again after a restore';
