-- The people behind accounts.
SELECT a.account_id, a.handle, coalesce(p.display_name, a.display_name) AS display_name, a.source,
    coalesce(m.person_id, a.account_id) AS person_id
FROM core.accounts a
LEFT JOIN core.person_accounts m USING (account_id)
LEFT JOIN core.persons p USING (person_id)
WHERE list_contains($account_ids, a.account_id) AND a.consent = 'allow'
