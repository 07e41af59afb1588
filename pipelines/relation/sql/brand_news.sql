-- What the brand itself published lately on each segment of the brief: how many posts, and the newest.
SELECT h.segment, count(DISTINCT p.post_id) AS posts, max(p.published_at) AS newest
FROM detection.hits_latest h JOIN core.posts p USING (post_id)
WHERE h.brief = $brief AND p.account_id IN (SELECT unnest($accounts::VARCHAR[])) AND h.relevance >= 0.5 AND p.kind IN ('post', 'article')
  AND p.deleted_at IS NULL AND p.published_at > $since AND p.published_at <= $as_of
GROUP BY 1;
