-- Pairs of accounts that prove each other: both profiles link to the other, or one moved to the other and is claimed back.
WITH pages AS (  -- an account's own page: a link to one of its posts claims nothing
    SELECT address(url) AS key, any_value(account_id) AS account_id
    FROM core.accounts WHERE url LIKE 'http%' GROUP BY address(url) HAVING count(*) = 1
), declared AS (
    SELECT a.account_id, k.account_id AS other
    FROM (SELECT account_id, unnest(list_concat(coalesce(links, []), coalesce(verified_links, []))) AS link FROM core.accounts) a
    JOIN pages k ON k.key = address(a.link)
    WHERE a.account_id <> k.account_id
    UNION
    SELECT a.account_id, m.account_id
    FROM core.accounts a JOIN core.accounts m ON m.account_id = a.moved_to OR m.url = a.moved_to
), verified AS (
    SELECT a.account_id, k.account_id AS other
    FROM (SELECT account_id, unnest(verified_links) AS link FROM core.accounts) a
    JOIN pages k ON k.key = address(a.link)
    WHERE a.account_id <> k.account_id
)
SELECT d.account_id, d.other, 'reciprocal link' AS evidence
FROM declared d JOIN declared r ON r.account_id = d.other AND r.other = d.account_id
WHERE d.account_id < d.other
UNION ALL
SELECT account_id, other, 'link verified by the platform' FROM verified;
