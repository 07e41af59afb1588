-- Every account of the person behind an account, and the names they are known under.
WITH chosen AS (
    SELECT coalesce((SELECT person_id FROM core.person_accounts WHERE account_id = $account_id), 'person:' || $account_id) AS person_id
)
SELECT a.account_id, a.handle, a.url, a.source || ':' || a.native_id
FROM core.accounts a LEFT JOIN core.person_accounts p USING (account_id)
WHERE a.account_id = $account_id OR p.person_id = (SELECT person_id FROM chosen);
