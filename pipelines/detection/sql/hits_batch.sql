-- One batch of pending posts, with what a query may ask of them; `content` is what models read: nothing where that is reserved.
WITH pending AS (
    SELECT place, post_id FROM pending_posts WHERE batch = $number
), reactions AS (
    SELECT o.post_id, arg_max([o.likes, o.reposts, o.replies, o.views], o.observed_at) AS counts
    FROM core.post_observations o SEMI JOIN pending USING (post_id)
    GROUP BY o.post_id
)
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       CASE WHEN p.post_id IN (SELECT post_id FROM core.reservations WHERE model) THEN ''  -- for models
            ELSE left(trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')), 20000) END AS content, p.language,
       left(p.text, 100000) AS text, p.title, a.handle, p.url, list_concat(coalesce(p.hashtags, []), coalesce(p.tags, [])), p.links, p.kind, p.published_at,
       a.display_name, a.summary, r.counts, p.source
FROM pending q
JOIN core.posts p ON p.post_id = q.post_id AND p.rowid BETWEEN $first_place AND $last_place
JOIN core.accounts a ON a.account_id = p.account_id
LEFT JOIN reactions r ON r.post_id = p.post_id
ORDER BY p.rowid;
