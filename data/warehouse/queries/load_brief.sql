-- What was brought in for this brief is what the brief sees.
INSERT INTO core.brief_posts (brief, post_id, found_via)
SELECT $brief, p.post_id, coalesce(p.found_via, $found_via) FROM typed_posts p JOIN core.posts k USING (post_id)
ON CONFLICT (brief, post_id) DO NOTHING;

INSERT INTO core.brief_accounts (brief, account_id, found_via)
SELECT $brief, account_id, coalesce(found_via, $found_via) FROM typed_accounts
UNION
SELECT $brief, p.account_id, $found_via FROM typed_posts p JOIN core.accounts a USING (account_id)
ON CONFLICT (brief, account_id) DO NOTHING;
