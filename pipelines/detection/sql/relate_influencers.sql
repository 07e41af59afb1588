-- Ties among those who lead the brief's segments.
SELECT f.person_id, t.person_id AS counterpart, 'influencer' AS counterpart_kind,
       sum(k.weight)::INTEGER AS ties,
       list(DISTINCT k.evidence_post ORDER BY k.evidence_post) FILTER (k.evidence_post IS NOT NULL) AS posts,
       avg(n.tone_score)::DOUBLE AS tone, min(k.first_at) AS first_at, max(k.last_at) AS last_at
FROM core.ties k
JOIN map_accounts fa ON fa.account_id = k.from_account
JOIN map_people f ON f.person_id = fa.person_id AND NOT f.hidden AND f.kind IS NULL
JOIN map_accounts ta ON ta.account_id = k.to_account
JOIN map_people t ON t.person_id = ta.person_id AND NOT t.hidden AND t.kind IS NULL
JOIN map_leaders lf ON lf.person = f.row_number
JOIN map_leaders lt ON lt.person = t.row_number
LEFT JOIN nlp.post_features n ON n.post_id = k.evidence_post
WHERE f.row_number <> t.row_number AND (k.first_at IS NULL OR k.first_at <= $as_of)
GROUP BY ALL
ORDER BY f.person_id, t.person_id;
