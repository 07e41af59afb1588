-- Every way a post may name an account: its id, its handle with or without @.
CREATE OR REPLACE TEMP TABLE account_keys AS
SELECT key, min(account_id) AS account_id FROM (
    SELECT account_id AS key, account_id FROM core.accounts
    UNION ALL
    SELECT source || ':@' || lower(ltrim(handle, '@')), account_id FROM core.accounts WHERE handle IS NOT NULL
)
GROUP BY key
HAVING min(account_id) = max(account_id);
