-- How each person stood in the newest finished run of a brief and in the one before it.
WITH ordered AS (
    SELECT run_id, row_number() OVER (ORDER BY started_at DESC) AS age FROM detection.runs WHERE brief = $brief AND state = 'finished'
),
best AS (
    SELECT c.person_id, o.age, min(c.rank) AS rank, arg_min(c.tier, coalesce(c.rank, 1e9)) AS tier
    FROM detection.candidates c JOIN ordered o USING (run_id) WHERE o.age <= 2 AND c.brief = $brief GROUP BY ALL
)
SELECT n.person_id, n.rank, n.tier, b.rank AS rank_before, b.tier AS tier_before, b.person_id IS NULL AS is_new
FROM best n LEFT JOIN best b ON b.person_id = n.person_id AND b.age = 2
WHERE n.age = 1 AND (SELECT count(*) FROM ordered) > 1
ORDER BY n.rank NULLS LAST, n.person_id;
