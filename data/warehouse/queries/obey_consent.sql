-- Whoever has meanwhile opted out loses the words that were kept before.
DELETE FROM core.post_observations WHERE post_id IN (
    SELECT post_id FROM core.posts JOIN core.accounts USING (account_id) JOIN typed_accounts t USING (account_id) WHERE core.accounts.consent = 'deny');

DELETE FROM core.brief_posts WHERE post_id IN (
    SELECT post_id FROM core.posts JOIN core.accounts USING (account_id) JOIN typed_accounts t USING (account_id) WHERE core.accounts.consent = 'deny');

DELETE FROM core.posts WHERE account_id IN (
    SELECT account_id FROM core.accounts JOIN typed_accounts t USING (account_id) WHERE core.accounts.consent = 'deny');

UPDATE core.posts SET title = NULL, text = NULL
WHERE coalesce(title, text) IS NOT NULL AND account_id IN (
    SELECT account_id FROM core.accounts JOIN typed_accounts t USING (account_id) WHERE core.accounts.consent <> 'allow');
