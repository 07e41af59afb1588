-- Posts of the brief, in people's own words, that its queries have not judged yet; with what a query may ask of them.
-- As many as a batch may hold, in posts and in characters.
WITH first AS (
    SELECT p.post_id, least(length(p.text), 100000) AS size
    FROM core.posts p
    JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    ANTI JOIN nlp.judged j ON j.brief = $brief AND j.post_id = p.post_id AND j.query_hash = $query_hash
    WHERE p.text IS NOT NULL AND p.kind <> 'repost'
    ORDER BY p.post_id
    LIMIT $batch
), pending AS (
    SELECT post_id FROM first
    QUALIFY coalesce(sum(size) OVER (ORDER BY post_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < $chars
), reactions AS (
    SELECT o.post_id, arg_max([o.likes, o.reposts, o.replies, o.views], o.observed_at) AS counts
    FROM core.post_observations o SEMI JOIN pending USING (post_id)
    GROUP BY o.post_id
)
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       left(trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')), 20000) AS content, p.language,
       left(p.text, 100000) AS text, p.title, a.handle, p.url, list_concat(coalesce(p.hashtags, []), coalesce(p.tags, [])), p.links, p.kind, p.published_at,
       a.display_name, a.summary, r.counts, p.source
FROM pending q
JOIN core.posts p USING (post_id)
JOIN core.accounts a ON a.account_id = p.account_id
LEFT JOIN reactions r ON r.post_id = p.post_id
ORDER BY p.post_id;
