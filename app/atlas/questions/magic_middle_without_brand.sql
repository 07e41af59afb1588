-- fr: Magic middle qui n'a pas encore parlé de la marque
-- en: Magic middle that has not spoken of the brand yet
SELECT c.brief, c.segment, c.rank, coalesce(a.display_name, a.handle) AS name, a.handle, c.influence, c.amplifiers, a.url
FROM detection.candidates_latest c JOIN core.accounts a USING (account_id)
WHERE c.tier = 'magic_middle' AND coalesce(c.brand_mentions, 0) = 0 AND c.status <> 'out' AND a.consent = 'allow'
ORDER BY c.brief, c.segment, c.rank
