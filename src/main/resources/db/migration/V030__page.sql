-- What the page says and shows in detail: the headline, one run, the newest dead letters, the archive.

create view mart.trouble as
select pipeline, state,
       case state
           when 'failing' then pipeline || ' is failing'
           when 'missed' then pipeline || ' missed a run'
           when 'disconnected' then pipeline || ' is disconnected'
           when 'silent' then pipeline || ' has gone silent'
           else 'The book of ' || pipeline || ' does not balance'
       end as says,
       reason, last_success_at, next_run_at as next_try_at, difference_24h, pending_objects, open_dead_letters
from mart.pipeline
where state in ('failing', 'missed', 'disconnected', 'silent') or difference_24h <> 0
order by pipeline;
comment on view mart.trouble is 'What is wrong now, why, when is it tried again, and what waits?';
comment on column mart.trouble.pipeline is 'Pipeline';
comment on column mart.trouble.state is 'failing, missed, disconnected, silent, or a good one if only its book does not balance';
comment on column mart.trouble.says is 'What is wrong, as one would say it';
comment on column mart.trouble.reason is 'Why';
comment on column mart.trouble.last_success_at is 'When a run last succeeded; NULL for never';
comment on column mart.trouble.next_try_at is 'When it runs next; NULL for a stream, which is tried all the time';
comment on column mart.trouble.difference_24h is 'Records read in 24 hours and not accounted for';
comment on column mart.trouble.pending_objects is 'Landed answers waiting to be loaded';
comment on column mart.trouble.open_dead_letters is 'Records waiting in the dead letter';

create view mart.headline as
with all_of_them as (
    select count(*) as pipelines,
           count(*) filter (where state = 'waiting') as waiting,
           count(*) filter (where state = 'empty') as empty,
           coalesce(sum(written_24h), 0) as written,
           coalesce(sum(pending_objects), 0) as pending,
           coalesce(sum(open_dead_letters), 0) as letters,
           string_agg(pipeline, ', ' order by pipeline) filter (where state = 'waiting') as names_waiting,
           string_agg(pipeline, ', ' order by pipeline) filter (where state = 'empty') as names_empty
    from mart.pipeline
), wrong as (
    select count(*) as troubles, min(says) as says from mart.trouble
)
select
    case when troubles > 0 then 'bad' when pipelines = waiting + empty then 'none' else 'ok' end as mark,
    case when pipelines = 0 then 'There are no pipelines yet'
         when troubles = 1 then says || case pipelines - waiting - 1
             when 0 then '' when 1 then ', the other one is healthy' else format(', the other %s are healthy', pipelines - waiting - 1) end
         when troubles > 1 then format('%s of %s pipelines need attention', troubles, pipelines - waiting)
         when pipelines = waiting then case pipelines when 1 then names_waiting || ' waits for its first run'
             else format('%s pipelines wait for their first run', pipelines) end
         when pipelines = waiting + empty then 'The sources have had no records yet'
         when pipelines - waiting = 1 then 'The pipeline is healthy'
         else format('All %s pipelines are healthy', pipelines - waiting) end as sentence,
    concat_ws(' ',
        format('%s written in 24 hours, %s.',
            case written when 1 then '1 row' else to_char(written, 'FM999,999,999,999') || ' rows' end,
            coalesce(nullif(concat_ws(', ',
                case when pending = 1 then '1 landed answer waits to be loaded'
                     when pending > 1 then to_char(pending, 'FM999,999,999') || ' landed answers wait to be loaded' end,
                case when letters = 1 then '1 record waits in the dead letter'
                     when letters > 1 then to_char(letters, 'FM999,999,999') || ' records wait in the dead letter' end), ''), 'nothing waits')),
        case when pipelines > waiting and waiting > 0 then format('No run yet: %s.', names_waiting) end,
        case when empty > 0 then format('The source had no records: %s.', names_empty) end) as rest
from all_of_them, wrong;
comment on view mart.headline is 'Is everything all right?';
comment on column mart.headline.mark is 'ok, bad, or none if nothing can be said yet';
comment on column mart.headline.sentence is 'The answer in one sentence; pipelines that have had no run yet do not count';
comment on column mart.headline.rest is 'How much was written, what waits, what has not begun';

create view mart.run as
select r.run_id, r.pipeline, r.route, r.cause, r.state, r.started_at, r.finished_at,
       round(extract(epoch from r.finished_at - r.started_at) * 1000) as duration_ms,
       r.read, r.inserted, r.updated, r.unchanged, r.rejected, r.error_code, r.error_message, r.node
from ops.run r;
comment on view mart.run is 'What did one run do?';
comment on column mart.run.run_id is 'Run';
comment on column mart.run.pipeline is 'Pipeline';
comment on column mart.run.route is 'Route that was executed';
comment on column mart.run.cause is 'schedule, asked, catch-up, replay, rebuild, stream';
comment on column mart.run.state is 'running, succeeded, empty, failed, interrupted';
comment on column mart.run.started_at is 'When it began';
comment on column mart.run.finished_at is 'When it ended';
comment on column mart.run.duration_ms is 'How long it took, milliseconds';
comment on column mart.run.read is 'Records read = inserted + updated + unchanged + rejected';
comment on column mart.run.inserted is 'New rows';
comment on column mart.run.updated is 'Changed rows';
comment on column mart.run.unchanged is 'Records that were there already';
comment on column mart.run.rejected is 'Records in the dead letter';
comment on column mart.run.error_code is 'Why it failed, for counting';
comment on column mart.run.error_message is 'Why it failed, for a person';
comment on column mart.run.node is 'Process that executed it';

create view mart.run_load as
select l.run_id, l.dataset, l.raw_object, l.loaded_at, l.batches, l.read, l.inserted, l.updated, l.unchanged, l.rejected
from ops.load l;
comment on view mart.run_load is 'What did the loads of one run count?';
comment on column mart.run_load.run_id is 'Run';
comment on column mart.run_load.dataset is 'Table';
comment on column mart.run_load.raw_object is 'Landed object the records came from';
comment on column mart.run_load.loaded_at is 'When the statement ran';
comment on column mart.run_load.batches is 'Statements that add up to this row';
comment on column mart.run_load.read is 'Records read';
comment on column mart.run_load.inserted is 'New rows';
comment on column mart.run_load.updated is 'Changed rows';
comment on column mart.run_load.unchanged is 'Records that were there already';
comment on column mart.run_load.rejected is 'Records in the dead letter';

create view mart.dead_letter_newest as
select p.pipeline, d.dead_letter_id, d.code, left(d.message, 300) as message, d.rejected_at, d.last_seen_at, d.times_seen, d.replays, d.run_id
from (select distinct pipeline from ops.dead_letter) p
cross join lateral (
    select * from ops.dead_letter x where x.pipeline = p.pipeline and x.state = 'open' order by x.dead_letter_id desc limit 20
) d
order by p.pipeline, d.dead_letter_id desc;
comment on view mart.dead_letter_newest is 'Which records of a pipeline could not be loaded last? Their content is for operators only';
comment on column mart.dead_letter_newest.pipeline is 'Pipeline';
comment on column mart.dead_letter_newest.dead_letter_id is 'Number of the dead letter';
comment on column mart.dead_letter_newest.code is 'Reason';
comment on column mart.dead_letter_newest.message is 'Field, what was expected, what was seen';
comment on column mart.dead_letter_newest.rejected_at is 'When it was rejected first';
comment on column mart.dead_letter_newest.last_seen_at is 'When it was delivered last';
comment on column mart.dead_letter_newest.times_seen is 'How often it was delivered';
comment on column mart.dead_letter_newest.replays is 'How often a replay tried it in vain';
comment on column mart.dead_letter_newest.run_id is 'Run that rejected it first';

create view mart.archive as
select dataset, count(*) as objects, sum(row_count) as rows, sum(bytes) as bytes, min(day) as first_on, max(day) as last_on,
       count(*) filter (where state = 'deleted') as finished_objects, max(verified_at) as last_verified_at,
       max(tested_at) as last_test_restore_at, max(restored_at) as last_restored_at
from ops.archive
where state <> 'discarded'
group by dataset
order by dataset;
comment on view mart.archive is 'What has left PostgreSQL for S3, and can it come back?';
comment on column mart.archive.dataset is 'Table the rows left';
comment on column mart.archive.objects is 'Objects, each with a certificate';
comment on column mart.archive.rows is 'Rows in them';
comment on column mart.archive.bytes is 'Their size, bytes';
comment on column mart.archive.first_on is 'Oldest day, UTC';
comment on column mart.archive.last_on is 'Newest day, UTC';
comment on column mart.archive.finished_objects is 'Objects whose rows have left the table';
comment on column mart.archive.last_verified_at is 'When an object was last read back and found equal';
comment on column mart.archive.last_test_restore_at is 'When one was last restored into a scratch table as a test; NULL for never';
comment on column mart.archive.last_restored_at is 'When one was last put back into its table; NULL for never';

grant select on all tables in schema mart to "${serai.reader}";
