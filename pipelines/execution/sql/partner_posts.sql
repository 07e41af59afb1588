-- What the partners published in a window, with the disclosure read in it and its newest reactions.
WITH seen AS (
    SELECT post_id, arg_max(struct_pack(likes, reposts, replies, quotes, views), observed_at) AS o FROM core.post_observations GROUP BY post_id
)
SELECT p.post_id, p.account_id, p.kind, p.published_at, p.url, p.source, coalesce(p.title, p.text) AS text, p.text AS whole, p.links,
       f.disclosure, f.tone,
       CASE WHEN coalesce(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
            THEN coalesce(o.likes, 0) + coalesce(o.reposts, 0) + coalesce(o.replies, 0) + coalesce(o.quotes, 0) END AS reactions,
       o.views
FROM core.posts p LEFT JOIN seen USING (post_id) LEFT JOIN nlp.post_features f USING (post_id)
WHERE p.account_id IN (SELECT unnest($accounts::VARCHAR[])) AND p.kind IN ('post', 'article', 'quote') AND p.deleted_at IS NULL
  AND p.published_at BETWEEN $since AND $until
ORDER BY p.published_at, p.post_id;
