-- Who is one person, on what evidence, as decided by whom.
SELECT person_id, p.display_name, a.account_id, a.evidence, a.decided_by, p.extra::VARCHAR AS extra
FROM store.core.person_accounts a
SEMI JOIN scope_accounts USING (account_id)
JOIN store.core.persons p USING (person_id)
ORDER BY person_id, a.account_id
