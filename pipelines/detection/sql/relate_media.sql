-- Which press each person cites: posts that link to its sites, by the site's name; an outlet does not cite itself.
WITH linked AS (
    SELECT p.post_id, p.person, p.published_at, regexp_extract(lower(link), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host
    FROM (
        SELECT p.post_id, p.person, p.published_at, unnest(c.links) AS link
        FROM map_posts p JOIN core.posts c USING (post_id) WHERE len(c.links) > 0 AND p.kind <> 'repost'
    ) p
),
cited AS (
    SELECT DISTINCT l.post_id, l.person, l.published_at, s.site
    FROM linked l JOIN press_sites s ON s.site = l.host OR s.site = regexp_extract(l.host, '([^.]+\.[^.]+)$', 1)
),
own AS (
    SELECT r.person, regexp_extract(lower(a.url), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host
    FROM map_rows r JOIN core.accounts a USING (account_id) WHERE a.url IS NOT NULL
)
SELECT m.person_id, c.site AS counterpart, 'media' AS counterpart_kind, count(*)::INTEGER AS ties,
       list_slice(list(c.post_id ORDER BY c.published_at DESC, c.post_id), 1, 50) AS posts,
       avg(f.tone_score)::DOUBLE AS tone, min(c.published_at) AS first_at, max(c.published_at) AS last_at
FROM cited c
JOIN map_people m ON m.row_number = c.person AND NOT m.hidden AND m.kind IS NULL
ANTI JOIN own o ON o.person = c.person AND (o.host = c.site OR ends_with(o.host, '.' || c.site))
LEFT JOIN nlp.post_features f ON f.post_id = c.post_id
GROUP BY m.person_id, c.site
ORDER BY m.person_id, c.site;
