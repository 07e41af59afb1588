-- Posts that name an organisation in words.
INSERT INTO map_mentions
SELECT DISTINCT p.post, $counterpart, $kind
FROM map_posts p JOIN core.posts c USING (post_id)
WHERE c.kind <> 'repost'
  AND regexp_matches(strip_accents(lower(coalesce(c.title, '') || ' ' || coalesce(c.text, ''))), $pattern);
