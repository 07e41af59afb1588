-- fr: Sites les plus cités par des personnes différentes
-- en: Sites linked by the most different people
SELECT b.brief, regexp_extract(lower(link), '^https?://(?:www\.)?([^/:?#]+)', 1) AS site,
    count(DISTINCT p.account_id) AS people, count(*) AS posts, max(p.published_at) AS last_at
FROM core.brief_posts b
JOIN (SELECT post_id, account_id, published_at, unnest(links) AS link FROM core.posts WHERE deleted_at IS NULL AND kind <> 'repost') p
    USING (post_id)
GROUP BY ALL
HAVING site <> ''
ORDER BY people DESC, posts DESC
LIMIT 100
