-- A person's own posts on the subject: the most relevant of the most recent.
SELECT p.post_id, p.url, p.published_at, coalesce(p.title, p.text) AS text, h.segment, h.relevance
FROM detection.hits_latest h JOIN core.posts p USING (post_id)
LEFT JOIN core.person_accounts pa USING (account_id)
WHERE h.brief = $brief AND coalesce(pa.person_id, 'person:' || p.account_id) = $person AND p.kind IN ('post', 'article', 'quote')
  AND p.text IS NOT NULL AND p.deleted_at IS NULL AND h.relevance >= 0.5 AND p.published_at <= $as_of
QUALIFY row_number() OVER (PARTITION BY p.post_id ORDER BY h.relevance DESC) = 1
ORDER BY h.relevance - date_diff('day', p.published_at, $as_of::TIMESTAMPTZ) / 365.0 DESC, p.post_id
LIMIT $limit;
