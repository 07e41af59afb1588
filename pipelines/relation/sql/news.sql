-- How many posts on the subject each person published lately.
SELECT coalesce(pa.person_id, 'person:' || p.account_id) AS person_id, count(DISTINCT p.post_id)
FROM detection.hits_latest h JOIN core.posts p USING (post_id) LEFT JOIN core.person_accounts pa USING (account_id)
WHERE h.brief = $brief AND h.relevance >= 0.5 AND p.kind <> 'repost' AND p.published_at > $since AND p.published_at <= $as_of
GROUP BY ALL;
