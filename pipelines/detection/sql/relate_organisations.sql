-- Who is tied to the brand and to each competitor: posts that name or link to it, and acts towards its accounts.
WITH named AS (
    SELECT p.person, n.counterpart, n.kind, p.post_id, p.published_at
    FROM map_mentions n JOIN map_posts p USING (post)
),
acted AS (
    SELECT f.row_number AS person, o.counterpart, o.kind, k.evidence_post AS post_id, k.weight, k.first_at, k.last_at
    FROM core.ties k
    JOIN map_organisations o ON o.account_id = k.to_account
    JOIN map_accounts fa ON fa.account_id = k.from_account JOIN map_people f ON f.person_id = fa.person_id
    WHERE k.kind <> 'follow' AND (k.first_at IS NULL OR k.first_at <= $as_of)
),
every AS (
    SELECT person, counterpart, kind, post_id, published_at AS first_at, published_at AS last_at FROM named
    UNION
    SELECT person, counterpart, kind, post_id, first_at, last_at FROM acted
),
acts AS (SELECT person, counterpart, sum(weight) AS acts FROM acted GROUP BY ALL)
SELECT m.person_id, e.counterpart, any_value(e.kind) AS counterpart_kind,
       greatest(count(DISTINCT e.post_id), coalesce(any_value(a.acts), 0))::INTEGER AS ties,
       list_slice(list(DISTINCT e.post_id ORDER BY e.post_id) FILTER (e.post_id IS NOT NULL), 1, 50) AS posts,
       avg(coalesce(mt.tone, f.tone_score))::DOUBLE AS tone, min(e.first_at) AS first_at, max(e.last_at) AS last_at
FROM every e
JOIN map_people m ON m.row_number = e.person AND NOT m.hidden AND m.kind IS NULL
LEFT JOIN acts a ON a.person = e.person AND a.counterpart = e.counterpart
LEFT JOIN nlp.post_features f ON f.post_id = e.post_id
LEFT JOIN map_posts q ON q.post_id = e.post_id
LEFT JOIN map_mention_tones mt ON mt.post = q.post AND mt.counterpart = e.counterpart
GROUP BY m.person_id, e.counterpart
ORDER BY m.person_id, e.counterpart;
