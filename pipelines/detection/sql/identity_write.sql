-- Every account has a person; joined ones share it, decisions of people are left alone.
DELETE FROM core.person_accounts WHERE decided_by LIKE 'rule:%';

INSERT INTO core.person_accounts (person_id, account_id, evidence, decided_by)
SELECT coalesce(j.person_id, 'person:' || a.account_id), a.account_id, coalesce(j.evidence, 'single account'),
       CASE WHEN j.person_id IS NULL THEN 'rule:single_account' ELSE 'rule:reciprocal_proof' END
FROM core.accounts a LEFT JOIN joined_accounts j USING (account_id)
ON CONFLICT (account_id) DO NOTHING;

DELETE FROM core.persons;

INSERT INTO core.persons (person_id, display_name)
SELECT p.person_id, coalesce(min_by(coalesce(a.display_name, a.handle, a.native_id), a.account_id), p.person_id)
FROM core.person_accounts p JOIN core.accounts a USING (account_id)
GROUP BY p.person_id;
