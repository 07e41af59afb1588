-- When each was last seen; an undated import is no new sight.
UPDATE core.posts SET last_seen = p.observed_at
FROM typed_posts p
WHERE p.post_id = core.posts.post_id AND p.observed_at > core.posts.last_seen;

UPDATE core.accounts SET last_seen = t.last_seen
FROM typed_accounts t
WHERE t.account_id = core.accounts.account_id AND t.last_seen > core.accounts.last_seen;
