-- Impressions into ads.impression, keyed on ad_id: one delivered again changes the row only if something is different.
with incoming as (
    -- one row per ad_id, the later one of a response, because a statement may touch a row only once
    select distinct on (ad_id) *
    from jsonb_to_recordset(cast(:?rows as jsonb)) as r(
        position integer, ad_id uuid, ad_group text, ad_campaign integer, campaign_unknown boolean,
        scheme_origin text, scheme_approved boolean, shown_at timestamptz)
    order by ad_id, position desc
), stored as (
    insert into {dataset} as i (
        ad_id, ad_group, ad_campaign, campaign_unknown, scheme_origin, scheme_approved, shown_at, run_id, raw_object)
    select
        ad_id, ad_group, ad_campaign, campaign_unknown, scheme_origin, scheme_approved, shown_at,
        cast(:?run_id as uuid), cast(:?raw_object as text)
    from incoming
    on conflict (ad_id) do update set
        ad_group = excluded.ad_group, ad_campaign = excluded.ad_campaign, campaign_unknown = excluded.campaign_unknown,
        scheme_origin = excluded.scheme_origin, scheme_approved = excluded.scheme_approved, shown_at = excluded.shown_at,
        run_id = excluded.run_id, raw_object = excluded.raw_object
    where (i.ad_group, i.ad_campaign, i.campaign_unknown, i.scheme_origin, i.scheme_approved, i.shown_at)
          is distinct from
          (excluded.ad_group, excluded.ad_campaign, excluded.campaign_unknown, excluded.scheme_origin,
           excluded.scheme_approved, excluded.shown_at)
    returning (xmax = 0) as inserted -- xmax is 0 for a new row, the replaced version's transaction otherwise
)
select *
from ops.record_load(
    pipeline => 'ads', dataset => '{dataset}',
    run_id => cast(:?run_id as uuid), raw_object => cast(:?raw_object as text),
    read => cast(:?read as bigint),
    inserted => (select count(*) from stored where inserted),
    updated => (select count(*) from stored where not inserted),
    rejected => cast(:?rejected as jsonb),
    replayed => cast(:?replayed as bigint[]))
