-- A fixed sample of the brief's texts from which the subject is learned, with what a query may ask of them.
WITH chosen AS (
    SELECT p.post_id
    FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    WHERE p.text IS NOT NULL AND p.kind <> 'repost'
      AND p.post_id NOT IN (SELECT post_id FROM core.reservations WHERE model)
    ORDER BY hash(p.post_id), p.post_id
    LIMIT $size
), reactions AS (
    SELECT o.post_id, arg_max([o.likes, o.reposts, o.replies, o.views], o.observed_at) AS counts
    FROM core.post_observations o SEMI JOIN chosen USING (post_id)
    GROUP BY o.post_id
)
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       left(trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')), 5000) AS content, p.language,
       left(p.text, 20000) AS text, p.title, a.handle, p.url, list_concat(coalesce(p.hashtags, []), coalesce(p.tags, [])), p.links, p.kind, p.published_at,
       a.display_name, a.summary, r.counts, p.source
FROM chosen q
JOIN core.posts p USING (post_id)
JOIN core.accounts a ON a.account_id = p.account_id
LEFT JOIN reactions r ON r.post_id = p.post_id
ORDER BY hash(p.post_id), p.post_id;
