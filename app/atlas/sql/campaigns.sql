-- The campaigns of the brief: dates, budget, partners, deliverables promised and appeared, paid and given.
SELECT c.name, c.kind, c.objective, c.advertiser, c.programme, c.starts, c.ends, c.budget_cents, c.main_kpi,
    coalesce(d.partners, 0) AS partners, coalesce(d.promised, 0) AS promised, coalesce(d.appeared, 0) AS appeared,
    coalesce(p.paid_cents, 0) AS paid_cents
FROM execution.campaigns c
LEFT JOIN (
    SELECT campaign AS name, count(DISTINCT person_id) AS partners, count(*) AS promised, count(appeared_at) AS appeared
    FROM execution.deliverables GROUP BY campaign
) d USING (name)
LEFT JOIN (
    SELECT campaign AS name, sum(amount_cents) AS paid_cents FROM relation.payments GROUP BY campaign
) p USING (name)
WHERE c.brief = $brief
ORDER BY c.starts DESC NULLS LAST, c.name
