-- Two people named in one post by a third, by two such people or more; lists of names (over $most) and reposts say nothing.
-- Both directions come from one row: person before other. Nobody who opted out is named, no organisation is company.
WITH posts AS (
    SELECT m.person AS namer, m.published_at, p.post_id, p.source, p.mentions, w.hidden
    FROM map_posts m JOIN core.posts p USING (post_id) JOIN map_people w ON w.row_number = m.person
    WHERE len(p.mentions) BETWEEN 2 AND $most AND p.kind <> 'repost'
),
named AS (
    SELECT DISTINCT n.namer, n.post_id, n.published_at, n.hidden, r.person
    FROM (SELECT namer, post_id, published_at, source, hidden, unnest(mentions) AS mention FROM posts) n
    JOIN account_keys k ON k.key = CASE WHEN n.mention LIKE n.source || ':@%' THEN lower(n.mention) ELSE n.mention END
    JOIN map_rows r ON r.account_id = k.account_id AND r.person <> n.namer
    JOIN map_people o ON o.row_number = r.person AND NOT o.hidden AND o.kind IS NULL
)
SELECT a.person, b.person AS other, count(DISTINCT a.namer)::INTEGER AS namers, count(*)::INTEGER AS posts,
       min(a.published_at) AS first_at, max(a.published_at) AS last_at,
       arg_max(a.post_id, (a.published_at, a.post_id)) FILTER (NOT a.hidden) AS evidence_post,
       (epoch_us($as_of) - epoch_us(max(a.published_at))) / 1e6 / 86400 AS age_days
FROM named a JOIN named b ON b.post_id = a.post_id AND b.person > a.person
GROUP BY a.person, b.person
HAVING count(DISTINCT a.namer) >= $least
ORDER BY a.person, b.person;
