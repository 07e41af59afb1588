-- What each source gave this brief: accounts, posts, and the share of them for which a figure is known.
WITH account AS (
    SELECT a.source, a.account_id, a.last_seen,
        EXISTS (SELECT 1 FROM core.account_observations o WHERE o.account_id = a.account_id AND o.followers IS NOT NULL) AS audience
    FROM core.brief_accounts b JOIN core.accounts a USING (account_id)
    WHERE b.brief = $brief AND a.consent = 'allow'
),
post AS (
    SELECT p.source, p.post_id, p.published_at, f.post_id IS NOT NULL AS read,
        EXISTS (
            SELECT 1 FROM core.post_observations o
            WHERE o.post_id = p.post_id AND coalesce(o.likes, o.score, o.reposts, o.replies, o.quotes) IS NOT NULL
        ) AS reactions
    FROM core.brief_posts b JOIN core.posts p USING (post_id) LEFT JOIN nlp.post_features f USING (post_id)
    WHERE b.brief = $brief AND p.deleted_at IS NULL
)
SELECT source, a.accounts, a.audience_share, p.posts, p.read_share, p.reactions_share, p.first_at, p.last_at, a.last_seen
FROM (
    SELECT source, count(*) AS accounts, avg(audience::INTEGER) AS audience_share, max(last_seen) AS last_seen
    FROM account GROUP BY source
) a
FULL JOIN (
    SELECT source, count(*) AS posts, avg(read::INTEGER) AS read_share, avg(reactions::INTEGER) AS reactions_share,
        min(published_at) AS first_at, max(published_at) AS last_at
    FROM post GROUP BY source
) p USING (source)
ORDER BY p.posts DESC NULLS LAST, source
