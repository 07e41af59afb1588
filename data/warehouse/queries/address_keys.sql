-- Addresses that lead to an account: its own pages, its posts; compared without scheme, www, query and last slash.
CREATE OR REPLACE TEMP MACRO address(x) AS
    rtrim(regexp_replace(regexp_replace(lower(x), '^https?://(www\.)?', ''), '[?#].*$', ''), '/');

CREATE OR REPLACE TEMP TABLE address_keys AS
SELECT key, any_value(account_id) AS account_id FROM (
    SELECT address(url) AS key, account_id FROM core.accounts WHERE url LIKE 'http%'
    UNION ALL
    SELECT address(url), account_id FROM core.posts WHERE url LIKE 'http%' AND kind <> 'repost'
)
WHERE key LIKE '%.%' OR key LIKE '%:%'
GROUP BY key
HAVING count(DISTINCT account_id) = 1;
