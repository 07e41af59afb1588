-- Profiles that may say for whom a person works or that they are of the press: the few that need to be read.
SELECT m.row_number AS person, c.account_id, c.source, left(c.summary, 4000) AS summary,
       lower(ltrim(c.handle, '@')) AS handle, c.display_name, c.url,
       list_concat(coalesce(c.links, []), coalesce(c.verified_links, [])) AS links, coalesce(c.verified_links, []) AS verified,
       c.extra ->> '$.organisation' AS organisation
FROM map_accounts a
JOIN map_people m USING (person_id)
JOIN core.accounts c ON c.account_id = a.account_id
WHERE NOT m.hidden AND m.kind IS NULL
  AND (regexp_matches(strip_accents(lower(coalesce(c.summary, ''))), $pattern)
       OR len(list_intersect(
              list_transform(list_concat([coalesce(c.url, '')], coalesce(c.links, []), coalesce(c.verified_links, [])),
                             lambda l: regexp_extract(lower(l), '^https?://(?:www\.)?([^/:?#]+)', 1)),
              $domains)) > 0
       OR list_contains($domains, regexp_extract(lower(ltrim(c.handle, '@')), '([^.@]+\.[^.@]+)$', 1))
       OR list_contains($domains, lower(ltrim(c.handle, '@')))
       OR list_contains($accounts, c.account_id)
       OR list_contains($lists, c.source)
       OR c.extra ->> '$.organisation' IS NOT NULL)
ORDER BY m.row_number, c.account_id;
