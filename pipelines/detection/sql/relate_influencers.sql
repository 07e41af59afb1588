-- Ties among those who lead the brief's segments, outlets of the press aside. Their accounts are looked for before anything is joined: a few
-- hundred among millions.
WITH heads AS (
    SELECT r.account_id, m.person_id, m.row_number
    FROM map_leaders l JOIN map_people m ON m.row_number = l.person AND NOT m.hidden AND m.kind IS NULL
    JOIN map_rows r ON r.person = l.person
)
SELECT f.person_id, t.person_id AS counterpart, 'influencer' AS counterpart_kind,
       sum(k.weight)::INTEGER AS ties,
       list(DISTINCT k.evidence_post ORDER BY k.evidence_post) FILTER (k.evidence_post IS NOT NULL) AS posts,
       avg(n.tone_score)::DOUBLE AS tone, min(k.first_at) AS first_at, max(k.last_at) AS last_at
FROM (
    SELECT * FROM core.ties
    WHERE from_account IN (SELECT account_id FROM heads) AND to_account IN (SELECT account_id FROM heads)
) k
JOIN heads f ON f.account_id = k.from_account
JOIN heads t ON t.account_id = k.to_account
LEFT JOIN nlp.post_features n ON n.post_id = k.evidence_post
WHERE f.row_number <> t.row_number AND t.row_number NOT IN (SELECT person FROM press_people) AND (k.first_at IS NULL OR k.first_at <= $as_of)
GROUP BY ALL
ORDER BY f.person_id, t.person_id;
