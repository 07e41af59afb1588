-- Every name under which an incoming account may have objected.
SELECT account_id, handle, url FROM typed_accounts
UNION
SELECT DISTINCT account_id, NULL, NULL FROM typed_posts;
