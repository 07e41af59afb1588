-- How: what the team recorded of the relationship: proximity and stage, who follows it, programmes, campaigns, exchanges.
SELECT person_id, x.score AS proximity, x.stage, x.period_end AS proximity_at, x.percentile AS proximity_percentile,
    x.field AS proximity_field, t.exchanges, t.last_exchange, t.channel,
    o.owner, p.programmes, g.campaigns, f.flags
FROM (SELECT DISTINCT person_id FROM member)
LEFT JOIN (
    SELECT m.person_id, max_by(r.score, r.period_end) AS score, max_by(r.stage, r.period_end) AS stage,
        max(r.period_end) AS period_end, max_by(r.percentile, r.period_end) AS percentile, max_by(r.field, r.period_end) AS field
    FROM (
        SELECT *, count(score) OVER () AS field, CASE WHEN score IS NOT NULL THEN round(100 * (rank() OVER (ORDER BY score)
            + count(*) OVER (PARTITION BY score) / 2.0 - 1) / count(score) OVER ())::INTEGER END AS percentile
        FROM (
            FROM relation.proximity WHERE brief = $brief
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY period_end DESC, id DESC) = 1
        )
    ) r
    JOIN member m USING (account_id) GROUP BY ALL
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
