-- Every count of the brief's accounts and posts, with its date.
SELECT account_id, NULL::VARCHAR AS post_id, observed_at, followers, "following", posts, listed,
       NULL::BIGINT AS likes, NULL::BIGINT AS reposts, NULL::BIGINT AS replies, NULL::BIGINT AS quotes, NULL::BIGINT AS views, NULL::BIGINT AS score, extra::VARCHAR AS extra
FROM store.core.account_observations SEMI JOIN scope_accounts USING (account_id)
UNION ALL
SELECT NULL, post_id, observed_at, NULL, NULL, NULL, NULL, likes, reposts, replies, quotes, views, score, extra::VARCHAR
FROM store.core.post_observations SEMI JOIN scope_posts USING (post_id)
ORDER BY account_id, post_id, observed_at
