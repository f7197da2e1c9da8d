create schema ads;
comment on schema ads is 'Advertisements that were shown, from the ad API';

create table ads.impression (
    ad_id            uuid primary key,
    ad_group         text not null,
    ad_campaign      integer,
    campaign_unknown boolean not null,
    scheme_origin    text,
    scheme_approved  boolean,
    shown_at         timestamptz not null,
    ingested_at      timestamptz not null default now(),
    run_id           uuid not null,
    raw_object       text,
    check (campaign_unknown = (ad_campaign is null))
);
create index impression_by_time on ads.impression (shown_at);
comment on table ads.impression is 'One row per advertisement shown, by ad_id';
comment on column ads.impression.ad_id is 'Key';
comment on column ads.impression.ad_group is 'Group: marketing, recruiting, brand, investment, or whatever else the source says';
comment on column ads.impression.ad_campaign is 'Campaign; NULL where the source says "__unknown"';
comment on column ads.impression.campaign_unknown is 'Whether the source says "__unknown" for the campaign';
comment on column ads.impression.scheme_origin is 'Scheme: manual or automatic; NULL without a scheme, as in most records';
comment on column ads.impression.scheme_approved is 'Scheme: whether it is approved; NULL without a scheme';
comment on column ads.impression.shown_at is 'When it was shown; finer than a microsecond is rounded to the nearest';
comment on column ads.impression.ingested_at is 'When it was first stored';
comment on column ads.impression.run_id is 'Run that wrote the row last';
comment on column ads.impression.raw_object is 'Landed object the row was written from last';

create unlogged table rebuild.ads_impression (like ads.impression including all);
comment on table rebuild.ads_impression is 'ads.impression as the last rebuild loaded it';

create view mart.ad_impression_hour as
select date_trunc('hour', shown_at, 'UTC') as hour_at, ad_group, count(*) as impressions,
       round(100.0 * count(*) filter (where campaign_unknown) / count(*), 1) as campaign_unknown_percent
from ads.impression
where shown_at >= date_trunc('hour', now(), 'UTC') - interval '48 hours'
group by 1, 2
order by 1, 2;
comment on view mart.ad_impression_hour is 'How many ads were shown in each of the last 48 hours, by group?';
comment on column mart.ad_impression_hour.hour_at is 'Begin of the hour, UTC';
comment on column mart.ad_impression_hour.ad_group is 'Group';
comment on column mart.ad_impression_hour.impressions is 'Ads shown in that hour';
comment on column mart.ad_impression_hour.campaign_unknown_percent is 'Share of them without a known campaign';

grant usage on schema ads to "${serai.reader}";
grant select on all tables in schema ads to "${serai.reader}";
alter default privileges in schema ads grant select on tables to "${serai.reader}";
