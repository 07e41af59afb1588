-- Every name under which an incoming account may have objected.
SELECT account_id, handle, url FROM typed_accounts
UNION
SELECT DISTINCT account_id, NULL, NULL FROM typed_posts
UNION
SELECT ref(coalesce(given(source), ''), unnest([from_account, to_account]), given(source) IS NULL), NULL, NULL FROM staged_tie
UNION
SELECT one_identity(coalesce(given(account_id), given(source) || ':' || given(native_id))), NULL, NULL FROM staged_observation
UNION
SELECT one_identity(given(account_id)), NULL, NULL FROM staged_person;
