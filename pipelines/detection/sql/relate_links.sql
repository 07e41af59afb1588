-- Posts that link to an organisation's pages.
INSERT INTO map_mentions
SELECT DISTINCT p.post, $counterpart, $kind
FROM (
    SELECT p.post, lower(unnest(c.links)) AS link FROM map_posts p JOIN core.posts c USING (post_id) WHERE c.kind <> 'repost'
) p
WHERE regexp_extract(link, '^https?://(?:www\.)?([^/:?#]+)', 1) = $domain
   OR ends_with(regexp_extract(link, '^https?://([^/:?#]+)', 1), '.' || $domain);
