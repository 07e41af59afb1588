-- Reactions of everyone's own posts of a brief, in order, from posts old enough to have had most of them.
SELECT coalesce(pa.person_id, 'person:' || p.account_id) AS person_id, p.post_id, p.published_at,
       arg_max(coalesce(o.likes, 0) + coalesce(o.reposts, 0) + coalesce(o.replies, 0) + coalesce(o.quotes, 0), o.observed_at) AS reactions
FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
JOIN core.post_observations o ON o.post_id = p.post_id
LEFT JOIN core.person_accounts pa ON pa.account_id = p.account_id
WHERE p.kind IN ('post', 'article') AND p.published_at <= $until
  AND coalesce(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
GROUP BY ALL ORDER BY 1, 3, 2;
