-- The ranked list of one run of a brief. Without a segment: all segments, best first; people who refuse since are left out.
SELECT c.rank, c.account_id, a.source, a.native_id, a.handle, coalesce(p.display_name, a.display_name) AS display_name, a.url,
       c.person_id, c.segment, c.tier,
       c.* EXCLUDE (rank, account_id, source, person_id, segment, tier)
FROM detection.candidates c
JOIN core.accounts a ON a.account_id = c.account_id
LEFT JOIN core.persons p ON p.person_id = c.person_id
WHERE c.brief = $brief AND c.run_id = $run_id
  AND ($segment IS NULL OR c.segment = $segment)
  AND ($tier IS NULL OR c.tier = $tier)
  AND ($label IS NULL OR list_contains(c.labels, $label))
  AND ($language IS NULL OR c.language = $language)
  AND (NOT $ranked_only OR c.rank IS NOT NULL)
  AND ($set_aside OR c.status <> 'out')
  AND coalesce(a.consent, 'allow') = 'allow'
ORDER BY c.rank IS NULL, CASE WHEN $segment IS NULL THEN -c.influence END NULLS LAST, c.rank, c.person_id, c.segment
LIMIT $top;
