-- The first people of each tier, each once, by their best segment.
WITH decided AS (
    SELECT unnest($accounts::VARCHAR[]) AS account_id, unnest($statuses::VARCHAR[]) AS status,
        generate_subscripts($accounts::VARCHAR[], 1) AS place
),
standing AS (
    SELECT coalesce(m.person_id, d.account_id) AS person_id, arg_max(d.status, d.place) AS status
    FROM decided d LEFT JOIN core.person_accounts m USING (account_id) GROUP BY ALL
),
best AS (
    SELECT c.person_id, c.segment, c.tier, c.rank, c.influence, c.influence_low, c.influence_high, c.followers, c.amplifiers,
        c.source, a.handle, coalesce(p.display_name, a.display_name) AS display_name
    FROM detection.candidates c
    LEFT JOIN core.accounts a USING (account_id)
    LEFT JOIN core.persons p USING (person_id)
    LEFT JOIN standing s USING (person_id)
    WHERE c.brief = $brief AND c.run_id = $run_id AND c.tier IS NOT NULL
        AND coalesce(s.status, c.status) <> 'out' AND coalesce(a.consent, 'allow') = 'allow'
    QUALIFY row_number() OVER (PARTITION BY c.person_id ORDER BY c.influence DESC NULLS LAST, c.segment) = 1
)
FROM best
QUALIFY row_number() OVER (PARTITION BY tier ORDER BY influence DESC NULLS LAST, person_id) <= $top
ORDER BY list_position(['magic_middle', 'macro', 'micro'], tier), influence DESC NULLS LAST, person_id
