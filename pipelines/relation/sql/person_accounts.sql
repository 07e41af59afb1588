-- Which person each account belongs to.
SELECT account_id, person_id FROM core.person_accounts;
