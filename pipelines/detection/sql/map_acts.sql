-- Reactions to posts of the brief: who, to whom, under which post, and when, in minutes.
SELECT p.person AS giver, t.person AS receiver, t.post, epoch(p.published_at) / 60 AS at,
       epoch(p.published_at - t.published_at) / 60 AS minutes
FROM map_posts p
JOIN core.posts c USING (post_id)
JOIN map_posts t ON t.post_id = coalesce(c.repost_of, c.quote_of, c.in_reply_to)
WHERE p.person <> t.person
ORDER BY t.post, p.published_at, p.post;
