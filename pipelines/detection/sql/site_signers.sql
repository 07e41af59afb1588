-- Sites that were read as pages or feeds: who signs on them how often, who is the site itself, and how many subjects are tagged.
WITH written AS (
    SELECT p.account_id, p.tags, regexp_replace(lower(p.url), '^https?://(?:www\.)?', '') AS place,
           CASE WHEN p.account_id LIKE 'web:%' THEN regexp_replace(lower(substr(p.account_id, 5)), '^https?://(?:www\.)?', '') END AS home
    FROM map_posts m
    JOIN core.posts p USING (post_id)
    JOIN map_accounts a ON a.account_id = p.account_id AND NOT a.hidden
    WHERE p.kind = 'post' AND p.url IS NOT NULL AND (p.account_id LIKE 'feed:%' OR p.account_id LIKE 'web:%')
),
placed AS (
    SELECT account_id, tags, regexp_extract(place, '^([^/:?#]+)', 1) AS site,
           account_id LIKE 'feed:%#%' OR (home IS NOT NULL AND NOT starts_with(place, rtrim(home, '/'))) AS signed
    FROM written
),
signers AS (SELECT site, account_id, bool_or(signed) AS signed, count(*) AS posts FROM placed GROUP BY site, account_id),
sites AS (
    SELECT site, count(*) FILTER (signed AND posts >= $twice) AS signers, sum(posts) AS posts FROM signers GROUP BY site
),
subjects AS (
    SELECT site, count(DISTINCT lower(tag)) AS tags FROM (SELECT site, unnest(tags) AS tag FROM placed WHERE len(tags) > 0) GROUP BY site
)
SELECT g.account_id, g.site, g.signed, g.posts, s.signers, s.posts AS site_posts, coalesce(t.tags, 0) AS tags
FROM signers g JOIN sites s USING (site) LEFT JOIN subjects t USING (site)
ORDER BY g.account_id, g.site;
