-- For accounts that call themselves an outlet: of the brief's posts that link anywhere, how many lead to the site they name.
WITH linked AS (
    SELECT m.post_id, p.account_id,
           list_transform(p.links, lambda l: regexp_extract(lower(l), '^https?://(?:www\.)?([^/:?#]+)', 1)) AS hosts
    FROM map_posts m
    JOIN core.posts p USING (post_id)
    WHERE p.account_id IN (SELECT account_id FROM claimed_sites) AND len(p.links) > 0 AND p.kind <> 'repost'
)
SELECT c.account_id, c.site,
       count(*) FILTER (len(list_filter(l.hosts, lambda h: h = c.site OR ends_with(h, '.' || c.site))) > 0) AS led,
       count(*) AS linking
FROM claimed_sites c
JOIN linked l USING (account_id)
GROUP BY c.account_id, c.site
ORDER BY c.account_id, c.site;
