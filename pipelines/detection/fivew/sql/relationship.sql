-- How: what the team recorded of the relationship: proximity and stage, who follows it, programmes, campaigns, exchanges.
SELECT person_id, x.score AS proximity, x.stage, x.period_end AS proximity_at, t.exchanges, t.last_exchange, t.channel,
    o.owner, p.programmes, g.campaigns, f.flags
FROM (SELECT DISTINCT person_id FROM member)
LEFT JOIN (
    SELECT m.person_id, arg_max(score, period_end) AS score, arg_max(stage, period_end) AS stage,
        max(period_end) AS period_end
    FROM relation.proximity r JOIN member m USING (account_id) WHERE r.brief = $brief GROUP BY ALL
) x USING (person_id)
LEFT JOIN (
    SELECT m.person_id, count(*) AS exchanges, max(happened_at) AS last_exchange, mode(channel) AS channel
    FROM relation.touchpoints r JOIN member m USING (account_id) GROUP BY ALL
) t USING (person_id)
LEFT JOIN (
    SELECT m.person_id, arg_max(owner, recorded_at) AS owner FROM relation.owners r JOIN member m USING (account_id) GROUP BY ALL
) o USING (person_id)
LEFT JOIN (
    SELECT m.person_id, list_sort(list_distinct(list(programme))) AS programmes
    FROM relation.members r JOIN member m USING (account_id) GROUP BY ALL
) p USING (person_id)
LEFT JOIN (
    SELECT m.person_id, list_sort(list_distinct(list(campaign))) AS campaigns
    FROM relation.agreements r JOIN member m USING (account_id) GROUP BY ALL
) g USING (person_id)
LEFT JOIN (
    SELECT m.person_id, list_sort(list_distinct(list(flag))) AS flags
    FROM relation.flags r JOIN member m USING (account_id) WHERE flag IN ('employee', 'journalist') GROUP BY ALL
) f USING (person_id)
WHERE coalesce(x.stage, o.owner, p.programmes::VARCHAR, g.campaigns::VARCHAR, f.flags::VARCHAR, t.exchanges::VARCHAR) IS NOT NULL
ORDER BY person_id
