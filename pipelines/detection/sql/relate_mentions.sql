-- Texts that name or link to an organisation, after the last one that was read.
SELECT n.post, n.counterpart, left(trim(coalesce(c.title, '') || chr(10) || coalesce(c.text, '')), 20000) AS content, p.language
FROM (SELECT DISTINCT post, counterpart FROM map_mentions) n
JOIN map_posts p USING (post)
JOIN core.posts c USING (post_id)
WHERE (n.post, n.counterpart) > ($post, $counterpart) AND c.post_id NOT IN (SELECT post_id FROM core.reservations WHERE model)
ORDER BY n.post, n.counterpart
LIMIT $batch;
