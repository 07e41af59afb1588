-- The accounts of the persons asked for, and what they posted inside the brief's window.
WITH member AS (
    SELECT person_id, account_id FROM core.person_accounts
    WHERE list_contains($person_ids, person_id)
    UNION
    SELECT person_id, account_id FROM detection.candidates
    WHERE run_id = $run_id AND list_contains($person_ids, person_id)
),
post AS (
    SELECT m.person_id, p.*
    FROM core.posts p
    JOIN member m USING (account_id)
    JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    WHERE p.published_at <= $as_of AND p.published_at > $since AND p.deleted_at IS NULL
),
-- The count last seen at $as_of; what was first counted later (an import) stands in for it.
counted AS (
    SELECT *, CASE WHEN observed_at <= $as_of THEN epoch(observed_at) ELSE -epoch(observed_at) END AS preference
    FROM core.post_observations
    WHERE post_id IN (SELECT post_id FROM post)
),
reaction AS (
    SELECT post_id,
        arg_max(coalesce(likes, score), preference) AS likes,
        arg_max(reposts, preference) AS reposts,
        arg_max(replies, preference) AS replies,
        CASE WHEN count(coalesce(likes, score, reposts, replies, quotes)) > 0 THEN
            coalesce(arg_max(coalesce(likes, score), preference), 0) + coalesce(arg_max(reposts, preference), 0)
            + coalesce(arg_max(replies, preference), 0) + coalesce(arg_max(quotes, preference), 0)
        END AS reactions
    FROM counted
    GROUP BY post_id
)
