-- The two roles of Serai and what they may do with one database. Run by a superuser, at every start: it changes
-- nothing that is right already, and brings the passwords up to date.
--
-- Values come as settings of the session, so that no password is ever part of a statement or of a log:
--   serai.database, serai.owner, serai.owner_password, serai.reader, serai.reader_password
-- From JDBC:  select set_config('serai.owner', ?, false), …
-- From psql:  PGOPTIONS="-c serai.owner=serai …" psql --file roles.sql
do $$
declare
    database_name constant text := current_setting('serai.database');
    owner_name    constant text := current_setting('serai.owner');
    reader_name   constant text := current_setting('serai.reader');
    role_name     text;
    role_password text;
begin
    for role_name, role_password in values
        (owner_name, current_setting('serai.owner_password')),
        (reader_name, current_setting('serai.reader_password'))
    loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I', role_name);
        end if;
        execute format('alter role %I login nosuperuser nocreatedb nocreaterole nobypassrls password %L', role_name, role_password);
    end loop;

    execute format('alter database %I owner to %I', database_name, owner_name);
    -- Otherwise every role may connect and create temporary tables.
    execute format('revoke all on database %I from public', database_name);
    -- What the reader may read is granted where the tables are created.
    execute format('grant connect on database %I to %I, %I', database_name, owner_name, reader_name);
end
$$;
