-- What people are called where they are shown: the name they display, else their handle.
SELECT p.person_id, coalesce(nullif(trim(a.display_name), ''), ltrim(a.handle, '@')) AS name
FROM map_people p JOIN core.accounts a USING (account_id)
WHERE p.person_id = ANY($people) AND coalesce(nullif(trim(a.display_name), ''), ltrim(a.handle, '@')) IS NOT NULL;
