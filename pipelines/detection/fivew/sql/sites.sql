-- What: the sites a person's own posts link to.
SELECT person_id, site, count(*) AS posts, list(post_id ORDER BY published_at DESC, post_id)[:5] AS post_ids
FROM (
    SELECT DISTINCT person_id, post_id, published_at,
        regexp_extract(lower(link), '^https?://(?:www\.)?([a-z0-9.-]+)', 1) AS site
    FROM (SELECT person_id, post_id, published_at, unnest(links) AS link FROM post WHERE kind <> 'repost')
)
WHERE site <> ''
GROUP BY person_id, site
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY posts DESC, site) <= 8
ORDER BY person_id, posts DESC, site
