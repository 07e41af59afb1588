-- Reactions to posts of the brief: who, to whom, under which post, and when, in minutes.
SELECT p.person AS giver, t.person AS receiver, t.post, p.post AS own, epoch(p.published_at) / 60 AS at,
       (epoch_us(p.published_at) - epoch_us(t.published_at)) / 6e7 AS minutes
FROM map_posts p
JOIN (
    SELECT post_id, coalesce(repost_of, quote_of, in_reply_to) AS answered FROM core.posts
    WHERE repost_of IS NOT NULL OR quote_of IS NOT NULL OR in_reply_to IS NOT NULL
) c USING (post_id)
JOIN map_posts t ON t.post_id = c.answered
WHERE p.person <> t.person
ORDER BY t.post, p.published_at, p.post;
