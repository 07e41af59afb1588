-- Reactions counted on a date; a count that says nothing new adds no row.
INSERT INTO core.post_observations (post_id, observed_at, likes, reposts, replies, quotes, views, score, extra)
WITH counted AS (
    SELECT post_id, observed_at, likes, reposts, replies, quotes, views, score, NULL::VARCHAR AS extra, line FROM typed_counts
    UNION ALL
    SELECT one_identity(given(post_id)), moment(observed_at), whole(likes), whole(reposts), whole(replies), whole(quotes), whole(views), whole_signed(score), given(extra), line
    FROM staged_observation s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'observation'
    WHERE given(post_id) IS NOT NULL
), latest AS (
    SELECT post_id, likes, reposts, replies, quotes, views, score FROM core.post_observations
    QUALIFY row_number() OVER (PARTITION BY post_id ORDER BY observed_at DESC) = 1
)
SELECT p.post_id, coalesce(p.observed_at, $now::TIMESTAMPTZ) AS seen_at,
       arg_max(p.likes, p.line), arg_max(p.reposts, p.line), arg_max(p.replies, p.line), arg_max(p.quotes, p.line), arg_max(p.views, p.line), arg_max(p.score, p.line), arg_max(p.extra, p.line)
FROM counted p
JOIN core.posts k USING (post_id)
LEFT JOIN latest l USING (post_id)
WHERE coalesce(p.likes, p.reposts, p.replies, p.quotes, p.views, p.score) IS NOT NULL
  AND (l.post_id IS NULL
       OR (p.likes, p.reposts, p.replies, p.quotes, p.views, p.score)
          IS DISTINCT FROM (l.likes, l.reposts, l.replies, l.quotes, l.views, l.score))
GROUP BY p.post_id, seen_at
ON CONFLICT (post_id, observed_at) DO UPDATE SET
    likes = coalesce(excluded.likes, likes),
    reposts = coalesce(excluded.reposts, reposts),
    replies = coalesce(excluded.replies, replies),
    quotes = coalesce(excluded.quotes, quotes),
    views = coalesce(excluded.views, views),
    score = coalesce(excluded.score, score),
    extra = coalesce(excluded.extra, extra);
