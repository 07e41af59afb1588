-- The ranking of a run: who, then every column of detection.candidates; people who opted out since are left out.
SELECT c.rank, c.account_id, c.source, a.native_id, a.handle, a.display_name, a.url, c.person_id, c.segment, c.tier,
    c.* EXCLUDE (rank, account_id, source, person_id, segment, tier)
FROM detection.candidates c
LEFT JOIN core.accounts a USING (account_id)
WHERE c.brief = $brief AND c.run_id = $run_id AND coalesce(a.consent, 'allow') = 'allow'
    AND ($segment IS NULL OR c.segment = $segment)
    AND ($tier IS NULL OR c.tier = $tier)
    AND ($label IS NULL OR list_contains(c.labels, $label))
    AND ($language IS NULL OR c.language = $language)
ORDER BY c.rank NULLS LAST, c.influence DESC NULLS LAST, c.segment, c.person_id
LIMIT coalesce($top, 9223372036854775807)
