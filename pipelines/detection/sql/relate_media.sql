-- Which press each person cites: posts that link to its sites, acts towards its accounts; an outlet does not cite itself.
WITH linked AS (
    SELECT p.post_id, p.person, p.published_at, regexp_extract(lower(link), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host
    FROM (
        SELECT p.post_id, p.person, p.published_at, unnest(c.links) AS link
        FROM map_posts p JOIN core.posts c USING (post_id) WHERE len(c.links) > 0 AND p.kind <> 'repost'
    ) p
),
outlets AS (
    SELECT o.person, coalesce(o.site, ltrim(a.handle, '@'), a.display_name, m.person_id) AS site
    FROM press_people o JOIN map_people m ON m.row_number = o.person JOIN core.accounts a ON a.account_id = m.account_id
),
every AS (
    SELECT l.post_id, l.person, l.published_at AS first_at, l.published_at AS last_at, s.site
    FROM linked l JOIN press_sites s ON s.site = l.host OR s.site = regexp_extract(l.host, '([^.]+\.[^.]+)$', 1)
    UNION ALL
    SELECT k.evidence_post, f.person, k.first_at, k.last_at, o.site
    FROM core.ties k
    JOIN map_rows t ON t.account_id = k.to_account JOIN outlets o ON o.person = t.person
    JOIN map_rows f ON f.account_id = k.from_account AND f.person <> t.person
    WHERE k.kind <> 'follow' AND k.evidence_post IS NOT NULL AND (k.first_at IS NULL OR k.first_at <= $as_of)
),
cited AS (
    SELECT post_id, person, site, min(first_at) AS first_at, max(last_at) AS last_at FROM every GROUP BY post_id, person, site
),
own AS (
    SELECT r.person, regexp_extract(lower(a.url), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host
    FROM map_rows r JOIN core.accounts a USING (account_id) WHERE a.url IS NOT NULL
    UNION
    SELECT person, site FROM outlets
)
SELECT m.person_id, c.site AS counterpart, 'media' AS counterpart_kind, count(*)::INTEGER AS ties,
       list_slice(list(c.post_id ORDER BY c.last_at DESC, c.post_id), 1, 50) AS posts,
       avg(f.tone_score)::DOUBLE AS tone, min(c.first_at) AS first_at, max(c.last_at) AS last_at
FROM cited c
JOIN map_people m ON m.row_number = c.person AND NOT m.hidden AND m.kind IS NULL
ANTI JOIN own o ON o.person = c.person AND (o.host = c.site OR ends_with(o.host, '.' || c.site))
LEFT JOIN nlp.post_features f ON f.post_id = c.post_id
GROUP BY m.person_id, c.site
ORDER BY m.person_id, c.site;
