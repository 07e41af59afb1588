-- Who of the persons asked for has a place in the run, and refuses nowhere.
SELECT DISTINCT c.person_id
FROM detection.candidates c
WHERE c.run_id = $run_id AND list_contains($person_ids, c.person_id)
    AND NOT EXISTS (
        SELECT 1 FROM core.accounts a
        LEFT JOIN core.person_accounts m USING (account_id)
        WHERE (m.person_id = c.person_id OR a.account_id = c.account_id) AND coalesce(a.consent, 'allow') <> 'allow'
    )
ORDER BY c.person_id
