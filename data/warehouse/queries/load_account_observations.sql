-- Counts are observations with a date. One without a date is kept only when it says something new.
INSERT INTO core.account_observations (account_id, observed_at, followers, following, posts, listed, extra)
WITH counted AS (
    SELECT one_identity(coalesce(given(account_id), given(source) || ':' || given(native_id))) AS account_id, moment(observed_at) AS observed_at,
           whole(followers) AS followers, whole(following) AS following, whole(posts) AS posts, whole(listed) AS listed, NULL::VARCHAR AS extra, line
    FROM staged_account s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'account'
    UNION ALL
    SELECT one_identity(coalesce(given(account_id), given(source) || ':' || given(native_id))), moment(observed_at),
           whole(followers), whole(following), whole(posts), whole(listed), given(extra), line
    FROM staged_observation s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'observation'
    WHERE given(post_id) IS NULL
), latest AS (
    SELECT account_id, followers, following, posts, listed FROM core.account_observations
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY observed_at DESC) = 1
), kept AS (
    SELECT c.account_id, coalesce(c.observed_at, $now::TIMESTAMPTZ) AS observed_at, c.followers, c.following, c.posts, c.listed, c.extra, c.line
    FROM counted c LEFT JOIN latest l USING (account_id)
    WHERE coalesce(c.followers, c.following, c.posts, c.listed) IS NOT NULL
      AND (c.observed_at IS NOT NULL OR l.account_id IS NULL
           OR (c.followers, c.following, c.posts, c.listed) IS DISTINCT FROM (l.followers, l.following, l.posts, l.listed))
)
SELECT account_id, observed_at, arg_max(followers, line), arg_max(following, line), arg_max(posts, line), arg_max(listed, line), arg_max(extra, line)
FROM kept
GROUP BY account_id, observed_at
ON CONFLICT (account_id, observed_at) DO UPDATE SET
    followers = coalesce(excluded.followers, followers),
    following = coalesce(excluded.following, following),
    posts = coalesce(excluded.posts, posts),
    listed = coalesce(excluded.listed, listed),
    extra = coalesce(excluded.extra, extra);
