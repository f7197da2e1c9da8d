-- Plans beside the subscriptions they come from, which have been compared with the source.
insert into suspect (dataset, kind, key, source, actual)
select 'community.plans',
       case when p.plan_id is null then 'missing' when s.plan_id is null then 'extra' else 'different' end,
       coalesce(s.plan_id, p.plan_id),
       pg_temp.excerpt(to_jsonb(s), to_jsonb(p)), pg_temp.excerpt(to_jsonb(p), to_jsonb(s))
from (
    select distinct on (plan_id) plan_id, plan_description as description, plan_cost as cost, currency,
           plan_length as length, plan_length_unit as length_unit, payment_type, subscription_id
    from community.subscriptions where deleted_at is null and plan_id is not null
    order by plan_id, start_at desc nulls last, subscription_id desc
) s
full join (
    select plan_id, description, cost, currency, length, length_unit, payment_type, subscription_id
    from community.plans where deleted_at is null
) p on p.plan_id = s.plan_id
where s is distinct from p
