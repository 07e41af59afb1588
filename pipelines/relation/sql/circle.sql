-- The people of a brief: candidates of its newest run, and whoever the team recorded; one row per account of theirs.
WITH best AS (
    SELECT person_id, arg_max(account_id, coalesce(influence, -1)) AS account_id,
           max(relevance) AS relevance, min(rank) AS rank, arg_min(tier, coalesce(rank, 1e9)) AS tier,
           arg_min(segment, coalesce(rank, 1e9)) AS segment, arg_min(community_id, coalesce(rank, 1e9)) AS community_id,
           max(last_post_at) AS last_post_at, any_value(status) AS status, max(influence) AS influence,
           max(engagement_rate) AS engagement_rate, max(followers) AS followers, any_value(language) AS language
    FROM detection.candidates_latest WHERE brief = $brief GROUP BY person_id
),
extra AS (
    SELECT DISTINCT coalesce(pa.person_id, 'person:' || e.account_id) AS person_id, e.account_id
    FROM (SELECT unnest($accounts::VARCHAR[]) AS account_id) e LEFT JOIN core.person_accounts pa USING (account_id)
),
everyone AS (
    SELECT person_id, account_id FROM best
    UNION ALL
    SELECT person_id, min(account_id) FROM extra WHERE person_id NOT IN (SELECT person_id FROM best) GROUP BY person_id
)
SELECT e.person_id, e.account_id, a.handle, a.display_name, a.url, a.source, b.relevance, b.rank, b.tier, b.segment,
       b.community_id, b.last_post_at, b.status, b.influence, b.engagement_rate, b.followers, b.language
FROM everyone e LEFT JOIN best b USING (person_id) LEFT JOIN core.accounts a ON a.account_id = e.account_id
WHERE coalesce(a.consent, 'allow') <> 'deny'
ORDER BY b.rank NULLS LAST, e.person_id;
