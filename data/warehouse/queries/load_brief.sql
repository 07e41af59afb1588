-- What was brought in for this brief is what the brief sees; a way that says more than the door it came by goes first.
INSERT INTO core.brief_posts (brief, post_id, found_via)
SELECT $brief, p.post_id, coalesce(p.found_via, $found_via) FROM typed_posts p JOIN core.posts k USING (post_id)
ON CONFLICT (brief, post_id) DO NOTHING;

INSERT INTO core.brief_accounts (brief, account_id, found_via)
SELECT $brief, account_id, coalesce(min(found_via), $found_via)
FROM (
    SELECT account_id, found_via FROM typed_accounts
    UNION ALL
    SELECT p.account_id, NULL FROM typed_posts p JOIN core.accounts a USING (account_id)
)
GROUP BY account_id
ON CONFLICT (brief, account_id) DO NOTHING;
