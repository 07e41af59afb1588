-- Whoever objected stays out, with every post and tie of theirs.
CREATE OR REPLACE TEMP TABLE unwanted_accounts AS
SELECT account_id FROM typed_accounts WHERE account_id IN (FROM unwanted) OR handle IN (FROM unwanted) OR url IN (FROM unwanted)
UNION
SELECT name FROM unwanted;

DELETE FROM typed_accounts WHERE account_id IN (FROM unwanted_accounts);

DELETE FROM typed_posts WHERE account_id IN (FROM unwanted_accounts);

DELETE FROM staged_account
WHERE coalesce(given(account_id), given(source) || ':' || given(native_id)) IN (FROM unwanted_accounts);

DELETE FROM staged_tie
WHERE ref(coalesce(given(source), ''), from_account, given(source) IS NULL) IN (FROM unwanted_accounts)
   OR ref(coalesce(given(source), ''), to_account, given(source) IS NULL) IN (FROM unwanted_accounts);

DELETE FROM staged_observation
WHERE coalesce(given(account_id), given(source) || ':' || given(native_id)) IN (FROM unwanted_accounts);

DELETE FROM staged_person WHERE given(account_id) IN (FROM unwanted_accounts);
