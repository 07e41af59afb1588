-- What every account is called, and the person it belongs to; a person is called as the first of their accounts.
SELECT a.account_id, coalesce(pa.person_id, 'person:' || a.account_id) AS person_id, a.handle, a.display_name
FROM core.accounts a LEFT JOIN core.person_accounts pa USING (account_id)
ORDER BY a.account_id DESC;
