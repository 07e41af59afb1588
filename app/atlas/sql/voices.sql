-- Who speaks most of the brand and of each competitor.
SELECT r.counterpart, r.counterpart_kind, r.person_id, coalesce(p.display_name, a.display_name) AS display_name, a.handle,
    r.ties, r.tone, r.last_at
FROM detection.relations r
LEFT JOIN (
    SELECT person_id, arg_max(account_id, influence) AS account_id FROM detection.candidates
    WHERE brief = $brief AND run_id = $run_id GROUP BY person_id
) c USING (person_id)
LEFT JOIN core.accounts a USING (account_id)
LEFT JOIN core.persons p USING (person_id)
WHERE r.brief = $brief AND r.run_id = $run_id AND r.counterpart_kind IN ('brand', 'competitor')
    AND coalesce(a.consent, 'allow') = 'allow'
QUALIFY row_number() OVER (PARTITION BY r.counterpart ORDER BY r.ties DESC, r.person_id) <= 8
ORDER BY r.counterpart_kind, r.counterpart, r.ties DESC, r.person_id
