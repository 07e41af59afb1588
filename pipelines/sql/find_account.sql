-- The accounts that a reference may mean. One whose handle no file told is called by its native id, as lists show it.
SELECT a.account_id, p.person_id, a.source, a.handle, a.display_name
FROM core.accounts a LEFT JOIN core.person_accounts p USING (account_id)
WHERE ($id IS NOT NULL AND (a.account_id = $id OR a.source || ':' || a.native_id = $id OR (a.native_id = $id AND $id LIKE 'did:%')))
   OR ($address IS NOT NULL
       AND rtrim(regexp_replace(lower(a.url), '^https?://(www\.)?', ''), '/') = rtrim(regexp_replace(lower($address), '^https?://(www\.)?', ''), '/'))
   OR ($handle IS NOT NULL AND lower(ltrim(coalesce(a.handle, a.native_id), '@')) = $handle
       AND ($host IS NULL OR lower(a.instance) = $host OR lower(a.url) LIKE '%//' || $host || '%')
       AND ($source IS NULL OR a.source = $source))
ORDER BY a.account_id
LIMIT 20;
