-- The accounts of the brand and its competitors, however the brief writes them; and every account whose domain is theirs.
CREATE OR REPLACE TEMP TABLE map_organisations AS
SELECT a.account_id, min(n.kind) AS kind, min(n.counterpart) AS counterpart
FROM core.accounts a
JOIN brief_names n ON n.name IN (
    lower(a.account_id), lower(a.url), lower(a.native_id), lower(ltrim(a.handle, '@')),
    a.source || ':@' || lower(ltrim(a.handle, '@')),
    regexp_extract(lower(a.url), '^https?://(?:www\.)?([^/:?#]+)/?$', 1)
)
GROUP BY a.account_id;
